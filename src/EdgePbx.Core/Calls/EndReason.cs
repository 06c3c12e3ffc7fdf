namespace EdgePbx.Core;

/// <summary>Who wanted the end.</summary>
internal enum EndedBy : byte { EdgePbx, Caller, Callee }

/// <summary>Why a call ended: a word for programs, a sentence for people, and what the legs are told.</summary>
/// <param name="Code">Snake case, stable.</param>
/// <param name="Sentence">Plain words.</param>
/// <param name="CallerStatus">The final response to a caller whose INVITE is still open.</param>
internal sealed record EndReason(string Code, string Sentence, int CallerStatus)
{
    /// <summary>A Reason value (RFC 3326) for CANCEL and BYE, or empty.</summary>
    public byte[] ReasonHeader { get; init; } = [];

    public EndedBy By { get; init; }

    public static byte[] Elsewhere { get; } = "SIP;cause=200;text=\"Call completed elsewhere\""u8.ToArray();
    private static byte[] NormalClearing { get; } = "Q.850;cause=16;text=\"Normal call clearing\""u8.ToArray();

    public static EndReason HungUp(Leg leg) => new("hung_up", $"{leg.Number} hung up", 487) { ReasonHeader = NormalClearing, By = leg.IsCaller ? EndedBy.Caller : EndedBy.Callee };

    public static EndReason Cancelled(Leg caller) => new("cancelled", $"{caller.Number} gave up before anybody answered", 487) { By = EndedBy.Caller };

    /// <param name="shown">What the caller hears.</param>
    /// <param name="said">What the phone said, which may be its own business.</param>
    /// <param name="offer">What it was offered; null: it was asked for an offer.</param>
    public static EndReason Rejected(int shown, int said, SdpSession? offer) => new("rejected", said switch
    {
        486 or 600 => "the called phone is busy",
        603 => "the called phone declined the call",
        408 => "the called phone could not be reached",
        480 => "nobody is there to answer",
        488 or 606 => $"the called phone takes none of the media that it was offered{Protection(offer)} ({said})",
        415 => "the called phone does not take this kind of session description (415)",
        < 400 => $"the called phone wants to be called elsewhere, where EdgePbx does not follow ({said})",
        401 or 407 => $"the called phone asks for credentials that EdgePbx does not have ({said})",
        503 => "the called phone is overloaded or out of service (503)",
        _ => $"the called phone refused the call ({said})",
    }, shown) { By = EndedBy.Callee };

    /// <summary>With one codec in common it is mostly this that two phones differ in.</summary>
    private static string Protection(SdpSession? offer)
    {
        int all = offer?.Media.Count(static media => media.IsRelayed) ?? 0;
        int encrypted = offer?.Media.Count(static media => media.IsRelayed && media.IsEncrypted) ?? 0;
        return all == 0 ? "" : encrypted == 0 ? ", without encryption" : encrypted == all ? ", with encryption (SRTP)" : ", partly with encryption (SRTP)";
    }

    public static EndReason NoAnswer(TimeSpan after, bool rang) => new("no_answer", $"nobody answered within {after.TotalSeconds:0} s", rang ? 480 : 408);

    public static EndReason Expired(Leg leg) => new("session_expired", Silent(leg, leg.Timer.Refresher == Refresher.Us), 480)
    {
        ReasonHeader = "SIP;cause=408;text=\"Session expired\""u8.ToArray(),
    };

    public static EndReason RefreshFailed(Leg leg, int status) =>
        new("refresh_failed", $"{leg.Number} answered {status} to the session refresh; both legs were closed", 480);

    public static EndReason RefreshUnanswered(Leg leg) => new("refresh_unanswered", Silent(leg, wasAsked: true), 480);

    public static EndReason PeerGone(Leg leg, int status) => new("peer_gone", $"{leg.Number} no longer knows the call ({status})", 480);

    public static EndReason NoAck(Leg leg) =>
        new("no_ack", $"no ACK from {leg.Number} within 32 s: its Contact or a NAT is wrong", 408);

    public static EndReason NoPrack(Leg leg) => new("no_prack", $"no PRACK from {leg.Number} within 32 s", 504);

    public static EndReason Undeliverable(Leg leg) => new("undeliverable", $"the answer to {leg.Number} fits into no message", 500);

    public static EndReason NoAnswerSdp(Leg leg) => new("no_media_answer", $"{leg.Number} accepted, but named no media that the other phone can use", 488);

    private static string Silent(Leg leg, bool wasAsked) =>
        $"{leg.Number} stopped {(wasAsked ? "answering the session refresh" : "refreshing the session")}; both legs were closed";

    public static EndReason MediaGone(TimeSpan after) =>
        new("media_gone", $"both phones fell silent for {after.TotalSeconds:0} s; both legs were closed", 480);

    public static EndReason NoPorts { get; } = new("no_ports", "all media ports are in use", 503);

    public static EndReason Expires { get; } = new("expires", "the caller's own time limit passed", 487);

    public static EndReason Shutdown { get; } = new("shutdown", "EdgePbx is stopping", 503);

    public static EndReason Fault { get; } = new("fault", "a bug in EdgePbx ended this call", 500);
}
