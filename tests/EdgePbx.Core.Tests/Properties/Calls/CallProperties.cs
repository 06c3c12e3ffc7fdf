using CsCheck;

namespace EdgePbx.Core.Tests;

public class CallProperties
{
    // the steps that lead somewhere come often enough for most histories to have calls in them
    private static readonly Gen<Deed> AnyDeed = Gen.Frequency(
        (3, Gen.OneOf(Deed.Invite, Deed.Invite, Deed.InviteBothWays, Deed.InviteWithoutOffer)),
        (4, Gen.OneOf(Deed.Ring, Deed.RingReliably, Deed.EarlyMedia, Deed.EarlyMediaReliably, Deed.Prack)),
        (5, Gen.OneOf(Deed.Answer, Deed.Answer, Deed.Acknowledge, Deed.Acknowledge, Deed.AnswerCaller)),
        (12, Gen.Enum<Deed>()));

    [Fact]
    [Trait("Clause", "C-35")]
    [Trait("Clause", "ST-35")]
    public void After_any_history_of_calls_nothing_is_owned() =>
        Gen.Select(AnyDeed.List[0, 30], Gen.Bool, Gen.Int[1, 1000]).Sample(
            (steps, isShortSession, seed) =>
            {
                using var history = new CallHistory(seed, isShortSession);
                history.Play(steps);
            },
            print: history => $"{string.Join(", ", history.Item1)}; short session {history.Item2}, seed {history.Item3}");
}
