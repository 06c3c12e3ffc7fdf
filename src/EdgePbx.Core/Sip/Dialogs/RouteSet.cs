namespace EdgePbx.Core;

/// <summary>The route set of a dialog, in the order in which Route fields are written (RFC 3261 12.1, C-21).</summary>
internal sealed class RouteSet
{
    /// <summary>More proxies than any call passes; each costs a Route field in every request.</summary>
    public const int LongestSet = 16;

    public static readonly RouteSet Empty = new([]);
    private readonly byte[][] _routes;

    private RouteSet(byte[][] routes) => _routes = routes;

    public bool IsEmpty => _routes.Length == 0;

    /// <summary>Route header values, name-addr each.</summary>
    public IReadOnlyList<byte[]> Routes => _routes;

    /// <summary>The URI in the first route; empty when there is none.</summary>
    public ReadOnlySpan<byte> FirstUri => !IsEmpty && NameAddress.TryParse(_routes[0], out NameAddress first) ? first.Uri : default;

    /// <summary>True when the first hop is a loose router, or there is none (RFC 3261 12.2.1.1).</summary>
    public bool IsLoose => IsEmpty || (SipUri.TryParse(FirstUri, out SipUri uri) && uri.HasLooseRouting);

    /// <summary>As the side that received the request: Record-Route in the order of the message. Null: one of them can't be used.</summary>
    public static RouteSet? FromRequest(SipMessage request) => From(request, reversed: false);

    /// <summary>As the side that sent it: Record-Route of the response in reverse order. Null: one of them can't be used.</summary>
    public static RouteSet? FromResponse(SipMessage response) => From(response, reversed: true);

    private static RouteSet? From(SipMessage message, bool reversed)
    {
        if (!message.Has(HeaderName.RecordRoute))
        {
            return Empty;
        }
        List<byte[]> routes = [];
        foreach (ReadOnlySpan<byte> route in message.Values(HeaderName.RecordRoute))
        {
            if (routes.Count == LongestSet || route.Length > RemoteTargets.LongestUri
                || !NameAddress.TryParse(route, out NameAddress address) || !RemoteTargets.IsUsable(address.Uri))
            {
                return null;
            }
            routes.Add(route.ToArray());
        }
        if (reversed)
        {
            routes.Reverse();
        }
        return new RouteSet([.. routes]);
    }
}
