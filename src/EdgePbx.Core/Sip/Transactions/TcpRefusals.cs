namespace EdgePbx.Core;

/// <summary>Peers that lately had no TCP, or one that answered nothing, so that a long request does not try them again each time. Bounded.</summary>
internal sealed class TcpRefusals
{
    private const int Capacity = 256;

    /// <summary>Who refuses does so at once: to try again costs nothing.</summary>
    public static readonly TimeSpan Refused = TimeSpan.FromMinutes(10);

    /// <summary>Who accepts and says nothing costs a caller some seconds each time.</summary>
    public static readonly TimeSpan Silent = TimeSpan.FromHours(6);

    private readonly Dictionary<NetEndpoint, Instant> _until = [];

    public bool Contains(Instant now, NetEndpoint peer)
    {
        if (!_until.TryGetValue(peer, out Instant until))
        {
            return false;
        }
        if (until > now)
        {
            return true;
        }
        _ = _until.Remove(peer);
        return false;
    }

    public void Add(Instant now, NetEndpoint peer, TimeSpan life)
    {
        if (_until.Count >= Capacity && !_until.ContainsKey(peer))
        {
            _until.Clear(); // at worst each peer is tried once more
        }
        _until[peer] = now + life;
    }
}
