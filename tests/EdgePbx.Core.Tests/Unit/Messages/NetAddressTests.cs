using System.Net;

namespace EdgePbx.Core.Tests;

public class NetAddressTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("192.0.2.1")]
    [InlineData("255.255.255.255")]
    [InlineData("10.20.30.40")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2001:db8:1111:2222:3333:4444:5555:6666")]
    public void An_address_reads_as_it_was_written(string text)
    {
        Assert.True(NetAddress.TryParse(text, out NetAddress address));
        Assert.Equal(text, address.ToString());
        Assert.Equal(text, $"{address}");
        Assert.Equal(IPAddress.Parse(text), address.ToIPAddress());
        Assert.Equal(text.Contains(':', StringComparison.Ordinal), address.IsV6);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("1")]
    [InlineData("127.1")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.")]
    [InlineData(".1.2.3")]
    [InlineData("1..2.3")]
    [InlineData("1.2.3.4.")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.99999999999999999999")]
    [InlineData("1.2.3.4 ")]
    [InlineData("١.٢.٣.٤")]
    [InlineData("office.example")]
    [InlineData("[1.2.3.4]")]
    public void Anything_else_is_none(string text)
    {
        Assert.False(NetAddress.TryParse(text, out NetAddress address));
        Assert.True(address.IsNone);
    }

    [Fact]
    public void An_ipv4_address_is_read_without_garbage() =>
        Assert.Equal(0, Allocated.InEach(static () => Assert.True(NetAddress.TryParse("198.51.100.23"u8, out _))));

    [Fact]
    public void No_address_is_a_dash() => Assert.Equal("-", default(NetAddress).ToString());
}
