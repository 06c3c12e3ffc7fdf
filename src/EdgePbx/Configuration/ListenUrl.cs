using System.Globalization;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>One of <c>sip.listen</c>: <c>udp://0.0.0.0:5060</c>, <c>tcp://[::]:5060</c>. The host is an address, never a name.</summary>
internal readonly record struct ListenUrl(SipTransport Transport, NetEndpoint Endpoint)
{
    /// <param name="problem">What is wrong, when it returns false.</param>
    public static bool TryParse(string text, out ListenUrl url, out string problem)
    {
        url = default;
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            problem = "not a listening address; write it like \"udp://0.0.0.0:5060\"";
            return false;
        }
        if (text[..scheme] is not ("udp" or "tcp"))
        {
            problem = $"'{text[..scheme]}' is not a transport; there are udp and tcp";
            return false;
        }
        string rest = text[(scheme + 3)..];
        int colon = rest.LastIndexOf(':');
        if (colon < 0 || rest.EndsWith(']'))
        {
            problem = "the port is missing; write it like \"udp://0.0.0.0:5060\"";
            return false;
        }
        if (!NetAddress.TryParse(rest[..colon], out NetAddress address) || (address.IsV6 && rest[0] != '['))
        {
            problem = $"'{rest[..colon]}' is not an address; write 0.0.0.0 for all IPv4, [::] for all IPv6";
            return false;
        }
        if (!ushort.TryParse(rest[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            problem = $"{rest[(colon + 1)..]} is not a port (1 to 65535)";
            return false;
        }
        url = new ListenUrl(text[0] == 'u' ? SipTransport.Udp : SipTransport.Tcp, new NetEndpoint(address, port));
        problem = "";
        return true;
    }

    public override string ToString() => $"{(Transport == SipTransport.Udp ? "udp" : "tcp")}://{Endpoint}";
}
