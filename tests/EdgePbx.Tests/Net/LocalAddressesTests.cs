using EdgePbx.Core;

namespace EdgePbx.Tests;

public class LocalAddressesTests
{
    private static readonly NetAddress V6Loopback = AddressOf("::1");

    [Fact]
    public void The_address_that_faces_the_peer_with_the_port_of_the_listener()
    {
        LocalAddresses addresses = Listening("udp://0.0.0.0:5060", "tcp://0.0.0.0:5062", "udp://[::]:5064");

        Assert.Equal("127.0.0.1:5060", addresses.SipEndpointFor(SipTransport.Udp, NetAddress.LoopbackV4).ToString());
        Assert.Equal("127.0.0.1:5062", addresses.SipEndpointFor(SipTransport.Tcp, NetAddress.LoopbackV4).ToString());
        Assert.Equal("[::1]:5064", addresses.SipEndpointFor(SipTransport.Udp, V6Loopback).ToString());
        Assert.Equal(NetAddress.LoopbackV4, addresses.MediaAddressFor(NetAddress.LoopbackV4));
        Assert.Equal(V6Loopback, addresses.MediaAddressFor(V6Loopback));
    }

    [Fact]
    public void Nothing_where_nothing_listens()
    {
        LocalAddresses addresses = Listening("udp://0.0.0.0:5060");

        Assert.True(addresses.SipEndpointFor(SipTransport.Tcp, NetAddress.LoopbackV4).IsNone);
        Assert.True(addresses.SipEndpointFor(SipTransport.Udp, V6Loopback).IsNone);
    }

    [Fact]
    public void A_listener_on_one_address_is_known_by_it()
    {
        LocalAddresses addresses = Listening("udp://127.0.0.7:5060");

        Assert.Equal("127.0.0.7:5060", addresses.SipEndpointFor(SipTransport.Udp, NetAddress.LoopbackV4).ToString());
    }

    [Fact]
    public void Of_several_listeners_the_one_on_the_facing_address_is_taken()
    {
        LocalAddresses addresses = Listening("udp://127.0.0.7:5060", "udp://127.0.0.1:5062");

        Assert.Equal("127.0.0.1:5062", addresses.SipEndpointFor(SipTransport.Udp, NetAddress.LoopbackV4).ToString());
    }

    [Fact]
    public void A_configured_address_wins_for_its_own_family_and_changes_with_a_reload()
    {
        LocalAddresses addresses = Listening("udp://0.0.0.0:5060", "udp://[::]:5060");
        addresses.Reload(AddressOf("192.0.2.10"), AddressOf("192.0.2.11"));

        Assert.Equal("192.0.2.10:5060", addresses.SipEndpointFor(SipTransport.Udp, NetAddress.LoopbackV4).ToString());
        Assert.Equal("[::1]:5060", addresses.SipEndpointFor(SipTransport.Udp, V6Loopback).ToString());
        Assert.Equal("192.0.2.11", addresses.MediaAddressFor(NetAddress.LoopbackV4).ToString());

        addresses.Reload(default, default);
        Assert.Equal("127.0.0.1:5060", addresses.SipEndpointFor(SipTransport.Udp, NetAddress.LoopbackV4).ToString());
    }

    [Fact]
    public void Media_sockets_are_bound_everywhere_when_the_address_is_that_of_a_nat()
    {
        var ports = new NotingPorts();
        var reachable = new ReachableMediaPorts(ports);

        Assert.True(reachable.TryOpen(new RelayKey(0, 1), NetAddress.LoopbackV4, out _));
        Assert.True(reachable.TryOpen(new RelayKey(1, 1), AddressOf("192.0.2.10"), out _));
        reachable.Return(new RelayKey(1, 1));

        Assert.Equal(["127.0.0.1", "0.0.0.0", "returned 1.1"], ports.Asked);
    }

    [Fact]
    [Trait("Clause", "SEC-07")]
    public void Media_sockets_are_at_the_address_that_is_told_and_everywhere_when_that_is_a_nats()
    {
        LocalAddresses addresses = Listening("udp://0.0.0.0:5060");
        Assert.True(addresses.HasMediaAt(NetAddress.LoopbackV4));
        Assert.False(addresses.HasMediaAt(AddressOf("127.0.0.9"))); // a socket that is bound to 127.0.0.1 gets nothing of it
        Assert.False(addresses.HasMediaAt(AddressOf("192.0.2.10")));
        Assert.False(addresses.HasMediaAt(default));

        addresses.Reload(default, AddressOf("192.0.2.10"));
        Assert.True(addresses.HasMediaAt(AddressOf("192.0.2.10")));
        Assert.True(addresses.HasMediaAt(AddressOf("127.0.0.9")));
        Assert.False(addresses.HasMediaAt(AddressOf("192.0.2.11")));

        addresses.Reload(default, AddressOf("127.0.0.9"));
        Assert.True(addresses.HasMediaAt(AddressOf("127.0.0.9")));
        Assert.False(addresses.HasMediaAt(NetAddress.LoopbackV4));
    }

    [Theory]
    [Trait("Clause", "SEC-14")]
    [InlineData("udp://127.0.0.7:5060", "127.0.0.7:5060", true)]
    [InlineData("udp://127.0.0.7:5060", "127.0.0.8:5060", false)] // another program's, on this machine
    [InlineData("udp://127.0.0.7:5060", "127.0.0.7:5062", false)]
    [InlineData("tcp://0.0.0.0:5062", "127.0.0.8:5062", true)]
    [InlineData("udp://[::]:5064", "[::1]:5064", true)]
    [InlineData("udp://[::]:5064", "127.0.0.1:5064", false)]
    [InlineData("udp://0.0.0.0:5060", "192.0.2.10:5060", false)]
    public void A_sip_socket_is_where_it_is_bound(string listener, string asked, bool isOurs)
    {
        int colon = asked.LastIndexOf(':');
        var endpoint = new NetEndpoint(AddressOf(asked[..colon].Trim('[', ']')), ushort.Parse(asked[(colon + 1)..], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(isOurs, Listening(listener).ListensAt(endpoint));
    }

    [Fact]
    [Trait("Clause", "SEC-14")]
    public void The_address_that_is_told_to_others_is_ours_too()
    {
        LocalAddresses addresses = Listening("udp://127.0.0.7:5060");
        addresses.Reload(AddressOf("192.0.2.10"), default);
        Assert.True(addresses.ListensAt(new NetEndpoint(AddressOf("192.0.2.10"), 5060)));
        Assert.False(addresses.ListensAt(new NetEndpoint(AddressOf("192.0.2.10"), 5061)));
    }

    private static LocalAddresses Listening(params string[] urls) => new([.. urls.Select(UrlOf)], default, default);

    private static ListenUrl UrlOf(string text)
    {
        Assert.True(ListenUrl.TryParse(text, out ListenUrl url, out _));
        return url;
    }

    private static NetAddress AddressOf(string text)
    {
        Assert.True(NetAddress.TryParse(text, out NetAddress address));
        return address;
    }

    private sealed class NotingPorts : IMediaPorts
    {
        public List<string> Asked { get; } = [];

        public bool TryOpen(RelayKey key, NetAddress local, out ushort rtpPort)
        {
            Asked.Add(local.ToString());
            rtpPort = 10000;
            return true;
        }

        public bool MayBeOurs(NetEndpoint endpoint)
        {
            Asked.Add(endpoint.ToString());
            return true;
        }

        public void Return(RelayKey key) => Asked.Add($"returned {key}");
    }
}
