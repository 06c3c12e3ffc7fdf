namespace EdgePbx.Core.Tests;

public class RefusedRequestsTests
{
    [Fact]
    public void A_copy_is_known_as_long_as_one_may_come_and_no_longer()
    {
        var refused = new RefusedRequests();
        var now = new Instant(TimeSpan.TicksPerHour);
        refused.Add(now, 7);
        Assert.True(refused.Contains(now + TimeSpan.FromSeconds(31.9), 7));
        Assert.False(refused.Contains(now + TimeSpan.FromSeconds(32), 7));
        Assert.False(refused.Contains(now, 8));
    }

    /// <summary>Clients of RFC 2543 have no branch of their own for each request.</summary>
    [Fact]
    public void A_request_with_another_number_is_another_request()
    {
        var tags = new StatelessTags(new SeededEntropy(1));
        ulong first = tags.NameOf(TestMessages.Parse(TestMessages.Options()));
        Assert.Equal(first, tags.NameOf(TestMessages.Parse(TestMessages.Options())));
        Assert.NotEqual(first, tags.NameOf(TestMessages.Parse(TestMessages.Options().Replace("CSeq: 1", "CSeq: 2", StringComparison.Ordinal))));
    }
}
