namespace EdgePbx.Core;

/// <summary>What a call's receipt counts.</summary>
public enum ReceiptKind : byte
{
    Leg,

    /// <summary>An entry in the dialog index.</summary>
    Dialog,

    /// <summary>An INVITE in either direction, or another request of ours in a dialog, that the call waits with.</summary>
    Request,

    Transaction,

    /// <summary>A deadline, from when it is armed until it fires or is disarmed.</summary>
    Timer,

    /// <summary>A media line of one leg in the relay.</summary>
    MediaPath,

    Port,
    Socket,

    /// <summary>A SIP message that is kept: for a copy of the request, for an answer that gets lost.</summary>
    Buffer,

    /// <summary>Of recordings: one, or one a leg.</summary>
    File,

    Recording,
}

/// <summary>One value for each <see cref="ReceiptKind"/>, with names for JSON.</summary>
public sealed record ByKind<T>
    where T : class
{
    public required T Legs { get; init; }
    public required T Dialogs { get; init; }
    public required T Requests { get; init; }
    public required T Transactions { get; init; }
    public required T Timers { get; init; }
    public required T MediaPaths { get; init; }
    public required T Ports { get; init; }
    public required T Sockets { get; init; }
    public required T Buffers { get; init; }
    public required T Files { get; init; }
    public required T Recordings { get; init; }

    /// <summary>Whether each value is so; it makes nothing.</summary>
    internal bool IsAll(Func<T, bool> isSo) => isSo(Legs) && isSo(Dialogs) && isSo(Requests) && isSo(Transactions) && isSo(Timers)
        && isSo(MediaPaths) && isSo(Ports) && isSo(Sockets) && isSo(Buffers) && isSo(Files) && isSo(Recordings);

    /// <summary>Each value with the word that people read.</summary>
    public IEnumerable<(string Kind, T Value)> All() =>
    [
        ("legs", Legs), ("dialogs", Dialogs), ("requests", Requests), ("transactions", Transactions), ("timers", Timers),
        ("media paths", MediaPaths), ("ports", Ports), ("sockets", Sockets), ("buffers", Buffers), ("files", Files),
        ("recordings", Recordings),
    ];
}

/// <summary>Makes a <see cref="ByKind{T}"/>.</summary>
internal static class ByKind
{
    public static ByKind<T> From<T>(Func<ReceiptKind, T> value)
        where T : class => new()
    {
        Legs = value(ReceiptKind.Leg),
        Dialogs = value(ReceiptKind.Dialog),
        Requests = value(ReceiptKind.Request),
        Transactions = value(ReceiptKind.Transaction),
        Timers = value(ReceiptKind.Timer),
        MediaPaths = value(ReceiptKind.MediaPath),
        Ports = value(ReceiptKind.Port),
        Sockets = value(ReceiptKind.Socket),
        Buffers = value(ReceiptKind.Buffer),
        Files = value(ReceiptKind.File),
        Recordings = value(ReceiptKind.Recording),
    };
}

/// <summary>One line of a call's receipt.</summary>
/// <param name="Opened">How many the call took.</param>
/// <param name="Closed">How many it gave back: freed, or handed over to the transaction layer.</param>
/// <param name="Lingering">How many of the closed ones were handed over and not free yet: RFC 3261 lets them outlive the call, or, files, their medium is slow.</param>
public sealed record ReceiptCount(long Opened, long Closed, long Lingering)
{
    private const int CommonCounts = 24;
    private const int CommonLingerings = 4;

    // most calls take and give back the same few things: their receipts are made once
    private static readonly ReceiptCount[] Common =
    [
        .. Enumerable.Range(0, CommonCounts * CommonLingerings).Select(i => new ReceiptCount(i / CommonLingerings, i / CommonLingerings, i % CommonLingerings)),
    ];

    internal static readonly ReceiptCount None = Of(0, 0, 0);

    /// <summary>One with these numbers, made now or before.</summary>
    internal static ReceiptCount Of(long opened, long closed, long lingering) =>
        opened == closed && opened is >= 0 and < CommonCounts && lingering is >= 0 and < CommonLingerings
            ? Common[(opened * CommonLingerings) + lingering]
            : new ReceiptCount(opened, closed, lingering);
}

/// <summary>All calls since the start, of one kind.</summary>
/// <param name="Held">Opened and not freed yet.</param>
public sealed record AuditCount(long Opened, long Closed, long Held)
{
    internal static readonly AuditCount None = new(0, 0, 0);
}
