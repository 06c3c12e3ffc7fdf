using CsCheck;

namespace EdgePbx.Core.Tests;

public class DamagedCallProperties
{
    /// <summary>One field of one message is not what it should be, as a phone may write it or a network leave it.</summary>
    [Fact]
    [Trait("Clause", "BUG-08")]
    public void One_damaged_line_leaves_nobody_behind_in_a_call() =>
        Gen.Byte.Array[5].Sample(DamagedCall.Play, iter: 200, print: bytes => string.Join(", ", bytes));

    [Fact]
    [Trait("Clause", "BUG-08")]
    public void Calls_without_damage_are_good_ones()
    {
        foreach (int bits in Enumerable.Range(0, 128))
        {
            Assert.InRange(DamagedCall.MessagesOf(Story.Of((byte)(bits << 1))), 8, 60);
        }
    }
}
