namespace EdgePbx.Core;

/// <summary>Listens for a code among the digits that one phone sends: the last ones count, each soon after the one before.</summary>
internal sealed class FeatureCode
{
    /// <summary>Between two digits of a code.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private int _matched;
    private Instant _last = new(long.MinValue / 2);

    /// <summary>True when the digit completes the code.</summary>
    public bool Push(Instant now, char digit, string code)
    {
        _matched = now - _last > Patience ? 0 : Math.Min(_matched, Math.Max(0, code.Length - 1));
        _last = now;
        while (_matched > 0 && code[_matched] != digit)
        {
            _matched = LongestRestart(code.AsSpan(0, _matched)); // "**1" holds "*1"
        }
        _matched += _matched < code.Length && code[_matched] == digit ? 1 : 0;
        bool isComplete = code.Length > 0 && _matched == code.Length;
        _matched = isComplete ? 0 : _matched;
        return isComplete;
    }

    // how much of the code's beginning the matched digits end with
    private static int LongestRestart(ReadOnlySpan<char> matched)
    {
        int length = matched.Length - 1;
        while (length > 0 && !matched[^length..].SequenceEqual(matched[..length]))
        {
            length--;
        }
        return Math.Max(0, length);
    }
}
