using System.Net;
using EdgePbx.Core;

namespace EdgePbx.Tests;

public class SockAddrTests
{
    [Theory]
    [InlineData("192.0.2.1", 5060)]
    [InlineData("0.0.0.0", 0)]
    [InlineData("2001:db8::1", 65535)]
    [InlineData("::", 1)]
    public void The_kernels_form_is_the_frameworks_and_is_read_back(string address, int port)
    {
        var endpoint = new NetEndpoint(NetAddress.FromBytes(IPAddress.Parse(address).GetAddressBytes()), (ushort)port);
        byte[] name = [.. Enumerable.Repeat((byte)0xff, SockAddr.MaxBytes)];
        int length = SockAddr.Write(endpoint, name);

        SocketAddress theirs = new IPEndPoint(IPAddress.Parse(address), port).Serialize();
        Assert.Equal(theirs.Buffer[..theirs.Size].ToArray(), name[..length]);
        Assert.Equal(endpoint, SockAddr.Read(name.AsSpan(0, length)));
    }

    [Fact]
    public void What_is_no_IP_address_or_cut_short_is_none()
    {
        Assert.True(SockAddr.Read([]).IsNone);
        Assert.True(SockAddr.Read(new byte[15]).IsNone);
        Assert.True(SockAddr.Read(new byte[28]).IsNone); // AF_UNSPEC
        byte[] name = new byte[SockAddr.MaxBytes];
        int length = SockAddr.Write(new NetEndpoint(NetAddress.AnyV6, 7), name);
        Assert.True(SockAddr.Read(name.AsSpan(0, length - 1)).IsNone);
    }
}
