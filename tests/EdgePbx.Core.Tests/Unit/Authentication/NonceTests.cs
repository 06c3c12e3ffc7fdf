using System.Text;

namespace EdgePbx.Core.Tests;

public class NonceTests
{
    private static readonly Instant Start = new(5_000_000);

    [Theory]
    [Trait("Clause", "C-47")]
    [InlineData(0, NonceState.Live)]
    [InlineData(300_000, NonceState.Live)]
    [InlineData(300_001, NonceState.Expired)]
    public void A_nonce_lives_for_five_minutes(int milliseconds, object state)
    {
        NonceSource source = NewSource(1);
        byte[] token = Mint(source, Start);

        Assert.Equal(state, source.Check(Start + TimeSpan.FromMilliseconds(milliseconds), DigestPhone.Address, token, out NonceId id));
        Assert.Equal(Start, id.Issued);
    }

    [Fact]
    public void Nonces_of_one_moment_differ()
    {
        NonceSource source = NewSource(1);

        Assert.NotEqual(Mint(source, Start), Mint(source, Start));
    }

    [Fact]
    public void A_nonce_with_any_digit_changed_is_not_ours()
    {
        NonceSource source = NewSource(1);
        byte[] token = Mint(source, Start);
        for (int i = 0; i < token.Length; i++)
        {
            byte[] forged = [.. token];
            forged[i] = forged[i] == (byte)'0' ? (byte)'1' : (byte)'0';
            Assert.Equal(NonceState.NotOurs, source.Check(Start, DigestPhone.Address, forged, out _));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000000000")]
    public void Other_texts_are_not_ours(string token) =>
        Assert.Equal(NonceState.NotOurs, NewSource(1).Check(Start, DigestPhone.Address, Encoding.UTF8.GetBytes(token), out _));

    [Fact]
    public void A_nonce_of_another_process_is_not_ours() =>
        Assert.Equal(NonceState.NotOurs, NewSource(2).Check(Start, DigestPhone.Address, Mint(NewSource(1), Start), out _));

    [Fact]
    [Trait("Clause", "C-47")]
    public void A_count_must_be_greater_than_all_before_it()
    {
        var table = new NonceTable();
        var nonce = new NonceId(Start, 7);

        Assert.False(table.TryUse(nonce, 0));
        Assert.True(table.TryUse(nonce, 1));
        Assert.False(table.TryUse(nonce, 1));
        Assert.True(table.TryUse(nonce, 5));
        Assert.False(table.TryUse(nonce, 2));
        Assert.True(table.TryUse(nonce, uint.MaxValue));
        Assert.False(table.TryUse(nonce, uint.MaxValue));
    }

    [Fact]
    public void Each_nonce_has_its_own_count()
    {
        var table = new NonceTable();

        Assert.True(table.TryUse(new NonceId(Start, 7), 1));
        Assert.True(table.TryUse(new NonceId(Start, 7 + 256), 1));
        Assert.True(table.TryUse(new NonceId(Start + TimeSpan.FromTicks(1), 7), 1));
    }

    [Fact]
    [Trait("Clause", "C-47")]
    public void A_nonce_that_was_pushed_out_is_never_taken_again()
    {
        var table = new NonceTable();
        for (uint i = 0; i < 2 * NonceTable.Places; i++)
        {
            Assert.True(table.TryUse(new NonceId(Start + TimeSpan.FromTicks(i), i), 1));
        }

        for (uint i = 0; i < 2 * NonceTable.Places; i++)
        {
            Assert.False(table.TryUse(new NonceId(Start + TimeSpan.FromTicks(i), i), 1));
        }
        Assert.False(table.TryUse(new NonceId(Start, 0), 2)); // even if it was never used as often
        Assert.True(table.TryUse(new NonceId(Start + TimeSpan.FromTicks(NonceTable.Places), NonceTable.Places), 2));
    }

    private static NonceSource NewSource(byte seed) => new(new DigestPhone.StepEntropy(seed));

    private static byte[] Mint(NonceSource source, Instant now)
    {
        byte[] token = new byte[NonceSource.TokenLength];
        source.Mint(now, DigestPhone.Address, token);
        return token;
    }
}
