namespace EdgePbx.Tests;

public class KernelEntropyTests
{
    /// <summary>Eight zeros in a row by chance: once in 2^64 for each place.</summary>
    [Theory]
    [InlineData(8)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1000)]
    public void Every_part_of_any_length_is_filled_and_never_twice_alike(int length)
    {
        byte[] first = new byte[length];
        byte[] second = new byte[length];
        var entropy = new KernelEntropy();
        entropy.Fill(first);
        entropy.Fill(second);
        Assert.NotEqual(first, second);
        for (int i = 0; i + 8 <= length; i++)
        {
            Assert.True(first.AsSpan(i, 8).ContainsAnyExcept((byte)0), $"nothing was written at {i}");
        }
    }

    [Fact]
    public void Nothing_asked_is_nothing_done() => new KernelEntropy().Fill([]);
}
