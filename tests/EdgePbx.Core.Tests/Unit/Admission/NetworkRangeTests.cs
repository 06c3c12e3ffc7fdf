namespace EdgePbx.Core.Tests;

public class NetworkRangeTests
{
    [Theory]
    [InlineData("192.0.2.0/24", "192.0.2.255", true)]
    [InlineData("192.0.2.0/24", "192.0.3.0", false)]
    [InlineData("192.0.2.9", "192.0.2.9", true)]
    [InlineData("192.0.2.9", "192.0.2.8", false)]
    [InlineData("0.0.0.0/0", "203.0.113.1", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("2001:db8::/32", "2001:db8:ffff::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    [InlineData("::/0", "2001:db9::1", true)]
    [InlineData("::/0", "192.0.2.1", false)]
    public void It_holds_what_begins_as_it_does(string range, string address, bool holds)
    {
        Assert.True(NetworkRange.TryParse(range, out NetworkRange network));
        Assert.True(NetAddress.TryParse(address, out NetAddress inQuestion));
        Assert.Equal(holds, network.Contains(inQuestion));
    }

    [Theory]
    [InlineData("")]
    [InlineData("office")]
    [InlineData("192.0.2.0/")]
    [InlineData("192.0.2.0/33")]
    [InlineData("192.0.2.0/-1")]
    [InlineData("192.0.2.0/ 8")]
    [InlineData("2001:db8::/129")]
    [InlineData("/8")]
    public void Other_texts_are_none(string text) => Assert.False(NetworkRange.TryParse(text, out _));
}
