namespace EdgePbx.Core;

/// <summary>RFC 8866 5.7: <c>c=nettype addrtype connection-address</c>.</summary>
internal static class SdpConnection
{
    /// <summary>False when fields are missing. A host name, or a network that is not IN, gives an address that is none.</summary>
    public static bool TryParse(ReadOnlySpan<char> value, out NetAddress address)
    {
        address = default;
        Span<Range> parts = stackalloc Range[4];
        if (value.SplitAny(parts, " \t", StringSplitOptions.RemoveEmptyEntries) < 3)
        {
            return false;
        }
        if (value[parts[0]].Equals("IN", StringComparison.OrdinalIgnoreCase))
        {
            address = Literal(value[parts[2]]);
        }
        return true;
    }

    /// <summary>An address literal, without the TTL and count of multicast.</summary>
    public static NetAddress Literal(ReadOnlySpan<char> text)
    {
        int slash = text.IndexOf('/');
        return NetAddress.TryParse(slash < 0 ? text : text[..slash], out NetAddress address) ? address : default;
    }

    /// <summary>The address in the first c= of these lines; null when there is no c=.</summary>
    public static NetAddress? In(ReadOnlySpan<SdpLine> lines)
    {
        foreach (SdpLine line in lines)
        {
            if (line.Type == 'c' && TryParse(line.Value, out NetAddress address))
            {
                return address;
            }
        }
        return null;
    }
}
