namespace EdgePbx.Core;

/// <summary>
/// One call from its INVITE to its receipt, handed out once, when everything that the call took itself is given back. Moments
/// are those of the monotonic clock: only the host knows what time of day it was.
/// </summary>
public sealed record CallRecord
{
    private static readonly ByKind<ReceiptCount> NothingTaken = ByKind.From(static _ => ReceiptCount.None);

    public string Call { get; init; } = "";

    /// <summary>1; 2 when the receipt had to be corrected, because something that was handed over never ended.</summary>
    public int Revision { get; init; } = 1;

    /// <summary>More than 1: it stands for so many calls that nobody answered, of one caller within a minute, and is the last of them.</summary>
    public int Times { get; init; } = 1;

    /// <summary>The caller's Call-ID, and ours towards the first phone.</summary>
    public string CallId { get; init; } = "";
    public string B2buaCallId { get; init; } = "";

    public Instant Started { get; init; }
    public Instant? Answered { get; init; }
    public Instant Ended { get; init; }
    public Instant Released { get; init; }

    /// <summary>A word for programs and a sentence for people.</summary>
    public string EndCode { get; init; } = "";
    public string EndReason { get; init; } = "";

    /// <summary><c>caller</c>, <c>callee</c> or <c>edgepbx</c>.</summary>
    public string EndedBy { get; init; } = "";

    public LegRecord Caller { get; init; } = LegRecord.None;

    /// <summary>The phone that answered, else the last one that rang.</summary>
    public LegRecord Callee { get; init; } = LegRecord.None;

    public ByKind<ReceiptCount> Receipt { get; init; } = NothingTaken;

    /// <summary>Every kind was closed as often as it was opened, and no release failed.</summary>
    public bool IsClean { get; init; }

    /// <summary>What is left, in words; empty when the call is clean.</summary>
    public string Left { get; init; } = "";
}

/// <summary>One leg of a call that is over.</summary>
public sealed record LegRecord
{
    internal static readonly LegRecord None = new();

    public string Number { get; init; } = "";
    public string RemoteAddress { get; init; } = "";
    public string Codec { get; init; } = "";

    /// <summary>Null: no media was agreed.</summary>
    public MediaRecord? Media { get; init; }

    /// <summary>Null: the leg never had one.</summary>
    public TimerRecord? SessionTimer { get; init; }
}

/// <summary>RFC 4028 on a leg that is over.</summary>
/// <param name="Refreshes">How often the interval began anew.</param>
/// <param name="LastResult">As <see cref="SessionTimerSnapshot.LastResult"/>.</param>
public sealed record TimerRecord(int IntervalSeconds, string Refresher, string Method, int Refreshes, string LastResult);
