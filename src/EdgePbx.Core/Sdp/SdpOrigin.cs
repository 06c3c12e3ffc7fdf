using System.Globalization;

namespace EdgePbx.Core;

/// <summary>RFC 8866 5.2: <c>o=username sess-id sess-version nettype addrtype unicast-address</c>.</summary>
internal readonly record struct SdpOrigin(string User, string SessionId, ulong Version)
{
    /// <summary>
    /// The last five fields are what they are; whatever stands before them is the user, since some phones put a name
    /// with blanks there.
    /// </summary>
    public static bool TryParse(string value, out SdpOrigin origin)
    {
        string[] parts = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 6)
        {
            origin = default;
            return false;
        }
        string version = parts[^4];
        ulong number = ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out ulong parsed) ? parsed : Hash(version);
        origin = new SdpOrigin(string.Join(' ', parts[..^5]), parts[^5], number);
        return true;
    }

    /// <summary>A version that is no number still has to tell "same" from "other": FNV-1a, which gives the same in every process.</summary>
    private static ulong Hash(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in text)
        {
            hash = (hash ^ c) * 1099511628211;
        }
        return hash;
    }
}
