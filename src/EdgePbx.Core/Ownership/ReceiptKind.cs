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
    where T : struct
{
    public T Legs { get; init; }
    public T Dialogs { get; init; }
    public T Requests { get; init; }
    public T Transactions { get; init; }
    public T Timers { get; init; }
    public T MediaPaths { get; init; }
    public T Ports { get; init; }
    public T Sockets { get; init; }
    public T Buffers { get; init; }
    public T Files { get; init; }
    public T Recordings { get; init; }

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
        where T : struct => new()
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
public readonly record struct ReceiptCount(long Opened, long Closed, long Lingering);

/// <summary>All calls since the start, of one kind.</summary>
/// <param name="Held">Opened and not freed yet.</param>
public readonly record struct AuditCount(long Opened, long Closed, long Held);
