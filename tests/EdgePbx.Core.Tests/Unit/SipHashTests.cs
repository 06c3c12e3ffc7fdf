namespace EdgePbx.Core.Tests;

public class SipHashTests
{
    /// <summary>The example of the paper's appendix A (15 bytes), and lengths around whole words from the authors' reference code.</summary>
    [Theory]
    [InlineData(0, 0x726fdb47dd0e0e31)]
    [InlineData(1, 0x74f839c593dc67fd)]
    [InlineData(7, 0xab0200f58b01d137)]
    [InlineData(8, 0x93f5f5799a932462)]
    [InlineData(15, 0xa129ca6149be45e5)]
    [InlineData(16, 0x3f2acc7f57c29bdb)]
    [InlineData(63, 0x958a324ceb064572)]
    public void The_published_values_come_out(int length, ulong expected)
    {
        byte[] key = Counted(SipHash.KeyLength);
        Assert.Equal(expected, SipHash.Of(key, Counted(length)));
    }

    [Fact]
    public void Another_key_gives_another_value()
    {
        byte[] key = Counted(SipHash.KeyLength);
        ulong one = SipHash.Of(key, "branch"u8);
        key[^1]++;
        Assert.NotEqual(one, SipHash.Of(key, "branch"u8));
    }

    private static byte[] Counted(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)i)];
}
