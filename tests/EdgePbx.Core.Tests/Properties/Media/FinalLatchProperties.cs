using CsCheck;

namespace EdgePbx.Core.Tests;

/// <summary>The relay does not show a final latch the packets of its own source: that must not change what it decides, ever.</summary>
[Trait("Clause", "M-05")]
public class FinalLatchProperties
{
    private static readonly NetAddress Inside = NetAddress.FromV4(192, 168, 1, 5);
    private static readonly NetAddress Nat = NetAddress.FromV4(203, 0, 113, 7);
    private static readonly NetEndpoint[] Endpoints =
        [new(Inside, 4000), new(Inside, 4002), new(Nat, 61000), new(NetAddress.FromV4(198, 51, 100, 66), 9), new(NetAddress.AnyV4, 4000)];

    private static readonly Gen<Step> Steps = Gen.Select(Gen.Int[0, 3], Gen.Int[0, Endpoints.Length - 1], Gen.Bool, Gen.Int[0, 12])
        .Select((kind, endpoint, opens, seconds) => new Step(kind == 0, Endpoints[endpoint], opens, TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void A_latch_that_is_spared_its_own_source_decides_like_one_that_is_shown_everything() => Steps.List[1, 30].Sample(steps =>
    {
        (SourceLatch spared, SourceLatch shown) = (new SourceLatch(), new SourceLatch());
        var now = new Instant(TimeSpan.TicksPerHour);
        ushort sequence = 0;
        foreach (Step step in steps)
        {
            var claim = new LatchClaim(1, ++sequence);
            now += step.Pause;
            if (step.IsNegotiation)
            {
                spared.Configure(now, step.Endpoint, Nat, step.Opens, isHeard: step.Pause == TimeSpan.Zero);
                shown.Configure(now, step.Endpoint, Nat, step.Opens, isHeard: step.Pause == TimeSpan.Zero);
            }
            else
            {
                LatchVerdict verdict = spared.IsFinal && step.Endpoint == spared.Target ? LatchVerdict.Accepted : spared.Accept(now, step.Endpoint, claim);
                Assert.Equal(shown.Accept(now, step.Endpoint, claim), verdict);
            }
            Assert.Equal((shown.Source, shown.Target, shown.IsSettled), (spared.Source, spared.Target, spared.IsSettled));
        }
    });

    [Fact]
    public void A_phone_that_has_been_heard_for_a_while_makes_it_final()
    {
        var latch = new SourceLatch();
        var start = new Instant(TimeSpan.TicksPerHour);
        latch.Configure(start, Endpoints[0], Nat, opens: true);
        Assert.False(latch.IsFinal);
        _ = latch.Accept(start, Endpoints[0]);
        _ = latch.Accept(start + SourceLatch.Transit + TimeSpan.FromTicks(1), Endpoints[0]);
        Assert.True(latch.IsFinal);
    }

    private sealed record Step(bool IsNegotiation, NetEndpoint Endpoint, bool Opens, TimeSpan Pause);
}
