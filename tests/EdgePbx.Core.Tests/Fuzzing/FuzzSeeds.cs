namespace EdgePbx.Core.Tests;

/// <summary>One input from which a fuzzer starts.</summary>
internal sealed record FuzzSeed(string Target, string Name, byte[] Bytes);

/// <summary>Good inputs for each target: a fuzzer finds its way from what makes sense sooner than from nothing.</summary>
internal static class FuzzSeeds
{
    private static readonly Deed[][] Histories =
    [
        [Deed.Invite, Deed.Ring, Deed.Answer, Deed.Acknowledge, Deed.WaitHundred, Deed.ByeByCaller],
        [Deed.InviteBothWays, Deed.EarlyMediaReliably, Deed.Prack, Deed.Answer, Deed.Acknowledge, Deed.HoldByCallee, Deed.AnswerCaller, Deed.ByeByCallee],
        [Deed.InviteWithoutOffer, Deed.Ring, Deed.Answer, Deed.Acknowledge, Deed.HoldByCaller, Deed.Answer, Deed.ResumeByCaller, Deed.Answer],
        [Deed.Invite, Deed.Ring, Deed.Cancel, Deed.Answer, Deed.Invite, Deed.Busy, Deed.Invite, Deed.Decline],
        [Deed.Invite, Deed.LoseNextFromBox, Deed.Answer, Deed.RepeatLast, Deed.Acknowledge, Deed.UpdateByCaller, Deed.Glare, Deed.InfoByCallee, Deed.WaitForty],
        [Deed.Invite, Deed.RingReliably, Deed.WrongPrack, Deed.Prack, Deed.RelayHangs, Deed.Answer, Deed.Acknowledge, Deed.AskForOffer, Deed.GoneDialog, Deed.RelayWakes],
    ];

    public static IReadOnlyList<FuzzSeed> All { get; } =
    [
        new("messages", "invite", TestMessages.Bytes(SampleInvite.Text)),
        new("messages", "options", TestMessages.Bytes(TestMessages.Options("Expires: 60\n"))),
        new("messages", "two-in-a-stream", [.. "\r\n\r\n"u8, .. TestMessages.Bytes(TestMessages.Options()), .. TestMessages.Bytes(TestMessages.Options(body: "x"))]),
        new("descriptions", "offer", TestMessages.Bytes(SampleInvite.Offer)),
        new("media", "rtp", [0x80, 0x80, 0, 1, 0, 0, 0, 160, 1, 2, 3, 4, .. new byte[160]]),
        new("media", "rtp-with-extension", [0x91, 0, 0, 1, 0, 0, 0, 160, 1, 2, 3, 4, 5, 6, 7, 8, 0xbe, 0xde, 0, 1, 0, 0, 0, 0, 9]),
        new("media", "rtcp", [0x80, 201, 0, 1, 0xca, 0xfe, 0xba, 0xbe, 0x81, 202, 0, 2, 0, 0, 0, 7, 0, 0, 0, 0]),
        new("datagrams", "invite-then-options", [.. AfterItsLength(SampleInvite.Text), .. AfterItsLength(TestMessages.Options())]),
        new("damage", "display-name-with-a-comma", [0b0000_0111, 14, 7, (byte)Harm.Unquoted, 0]),
        new("damage", "bye-without-a-contact", [0b0000_0001, 18, 3, (byte)Harm.Truncated, 9]),
        new("damage", "description-cut", [0b0001_0000, 9, 14, (byte)Harm.Emptied, 0]),
        .. Histories.SelectMany((history, number) => new[]
        {
            new FuzzSeed("calls", $"history-{number}", [(byte)(number * 3), .. history.Select(deed => (byte)deed)]),
            new FuzzSeed("calls", $"falsified-{number}", [(byte)(number * 3), .. history.SelectMany(AndOneFalsified)]),
        }),
    ];

    private static byte[] AfterItsLength(string text)
    {
        byte[] bytes = TestMessages.Bytes(text);
        return [(byte)(bytes.Length >> 7), (byte)((bytes.Length << 1) | 1), .. bytes];
    }

    // after each step its last message comes again, with one digit changed
    private static byte[] AndOneFalsified(Deed deed) => [(byte)deed, 0xd0, 0, 0, 90, 1, 1, (byte)'7'];
}
