using System.Globalization;

namespace EdgePbx.Core;

/// <summary>All addresses that begin with the same bits (RFC 4632 3.1): <c>192.0.2.0/24</c>, <c>2001:db8::/32</c>, or one address.</summary>
public readonly record struct NetworkRange(NetAddress Address, int Bits)
{
    public bool Contains(NetAddress address) => Address.SharesPrefix(address, Bits);

    public static bool TryParse(string text, out NetworkRange range)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        range = default;
        if (!NetAddress.TryParse(slash < 0 ? text : text[..slash], out NetAddress address))
        {
            return false;
        }
        int most = address.IsV4 ? 32 : 128;
        int bits = most;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out bits) || bits > most))
        {
            return false;
        }
        range = new NetworkRange(address, bits);
        return true;
    }

    public override string ToString() => $"{Address}/{Bits}";
}
