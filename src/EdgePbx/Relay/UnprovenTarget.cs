namespace EdgePbx;

/// <summary>
/// How much of a path may go to an address that only a description names. Nobody there may have asked for it, so after
/// <see cref="Most"/> packets there is silence until something comes from there. What comes earns as much as it is: whoever lets
/// packets be sent to others has sent as many himself.
/// </summary>
internal struct UnprovenTarget
{
    /// <summary>Five seconds of speech: enough for an announcement, and for a phone whose first packet is late.</summary>
    public const int Most = 250;

    private int _left;

    public void Reset() => _left = Most;

    /// <summary>One packet came from where packets may go.</summary>
    public void Earn() => _left += _left < Most ? 1 : 0;

    /// <summary>False: no more may be sent.</summary>
    public bool TrySpend()
    {
        if (_left == 0)
        {
            return false;
        }
        _left--;
        return true;
    }
}
