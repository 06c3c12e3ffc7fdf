using System.Globalization;

namespace EdgePbx.Core;

/// <summary>RFC 8866 5.2: <c>o=username sess-id sess-version nettype addrtype unicast-address</c>.</summary>
/// <param name="SessionId">Where it stands in the line.</param>
internal readonly record struct SdpOrigin(Range User, Range SessionId, ulong Version)
{
    /// <summary>The fewest fields; more are blanks in the user.</summary>
    private const int Fields = 6;

    public string UserIn(string line) => string.Join(' ', line[User].Split(' ', StringSplitOptions.RemoveEmptyEntries));

    public string SessionIdIn(string line) => line[SessionId];

    /// <summary>
    /// The last five fields are what they are; whatever stands before them is the user, since some phones put a name
    /// with blanks there.
    /// </summary>
    public static bool TryParse(string value, out SdpOrigin origin)
    {
        // the last five are found from the end
        Span<Range> last = stackalloc Range[Fields - 1];
        int end = value.Length;
        for (int i = last.Length - 1; i >= 0; i--)
        {
            ReadOnlySpan<char> rest = value.AsSpan(0, end).TrimEnd(' ');
            int start = rest.LastIndexOf(' ') + 1;
            last[i] = start..rest.Length;
            end = start;
        }
        if (value.AsSpan(0, end).Trim(' ').IsEmpty)
        {
            origin = default;
            return false;
        }
        ReadOnlySpan<char> version = value.AsSpan(last[1]);
        ulong number = ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out ulong parsed) ? parsed : Hash(version);
        origin = new SdpOrigin(0..end, last[0], number);
        return true;
    }

    /// <summary>A version that is no number still has to tell "same" from "other": FNV-1a, which gives the same in every process.</summary>
    private static ulong Hash(ReadOnlySpan<char> text)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in text)
        {
            hash = (hash ^ c) * 1099511628211;
        }
        return hash;
    }
}
