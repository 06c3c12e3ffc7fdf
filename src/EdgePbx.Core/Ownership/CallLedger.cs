namespace EdgePbx.Core;

/// <summary>
/// Counts what one call opens and closes, by kind. Each thing remembers the ledger that it was charged to, so what outlives
/// its call (a transaction, by RFC 3261) is still booked where it belongs. Booking allocates nothing.
/// </summary>
/// <param name="whole">The ledger of all calls, which gets every entry too.</param>
internal sealed class CallLedger(CallLedger? whole)
{
    private const int Kinds = (int)ReceiptKind.Recording + 1;
    private Counts _opened;
    private Counts _closed;
    private Counts _handedOver; // closed for the call, and not for the ledger of all calls
    private bool _isWrittenOff;

    /// <summary>How many things are not closed.</summary>
    public long Held { get; private set; }

    /// <summary>Whose it is, for whoever reads that something is left.</summary>
    public string Owner { get; set; } = "";

    public long Opened(ReceiptKind kind) => _opened[(int)kind];

    public long Closed(ReceiptKind kind) => _closed[(int)kind];

    public long HeldOf(ReceiptKind kind) => _opened[(int)kind] - _closed[(int)kind];

    public void Open(ReceiptKind kind, int count = 1)
    {
        if (_isWrittenOff && !IsConfirmedLate(kind))
        {
            return;
        }
        _opened[(int)kind] += count;
        Held += count;
        whole?.Open(kind, count);
    }

    public void Close(ReceiptKind kind, int count = 1)
    {
        if (_isWrittenOff && !IsConfirmedLate(kind))
        {
            return;
        }
        _closed[(int)kind] += count;
        Held -= count;
        whole?.Close(kind, count);
    }

    /// <summary>Somebody else has taken it over, and closes it when he can: the call holds it no longer.</summary>
    public void HandOver(ReceiptKind kind, int count = 1)
    {
        _closed[(int)kind] += count;
        _handedOver[(int)kind] += count;
        Held -= count;
    }

    /// <summary>He has closed it.</summary>
    public void CloseHandedOver(ReceiptKind kind, int count = 1)
    {
        _handedOver[(int)kind] -= count;
        whole?.Close(kind, count);
    }

    /// <summary>
    /// The reconciler has released what was left: it is booked as closed, and nothing is booked any more except what only
    /// the relay thread can close.
    /// </summary>
    public void WriteOff()
    {
        for (int i = 0; i < Kinds; i++)
        {
            if (!IsConfirmedLate((ReceiptKind)i))
            {
                Close((ReceiptKind)i, (int)HeldOf((ReceiptKind)i));
            }
        }
        _isWrittenOff = true;
    }

    /// <summary>The receipt of a call that has ended: what the RFCs let outlive it, and a file that waits for its medium, is handed over, everything else must be closed.</summary>
    public ByKind<ReceiptCount> Receipt() => ByKind.From(kind =>
    {
        long outliving = MayOutliveItsCall(kind) ? HeldOf(kind) : 0;
        return ReceiptCount.Of(Opened(kind), Closed(kind) + outliving, outliving + _handedOver[(int)kind]);
    });

    /// <summary>As it is: of what the call holds nothing is excused.</summary>
    public ByKind<ReceiptCount> FinalReceipt() => ByKind.From(kind => ReceiptCount.Of(Opened(kind), Closed(kind), _handedOver[(int)kind]));

    public ByKind<AuditCount> Audit() => ByKind.From(kind => new AuditCount(Opened(kind), Closed(kind), HeldOf(kind)));

    private static bool IsConfirmedLate(ReceiptKind kind) => kind is ReceiptKind.MediaPath or ReceiptKind.Port or ReceiptKind.Socket;

    /// <summary>
    /// A transaction absorbs copies and waits for late answers for up to 64*T1 after its call (timers D, H to M), with its
    /// messages and timers; and a 2xx that nobody acknowledged keeps its dialog until the BYE that may not go out earlier.
    /// </summary>
    private static bool MayOutliveItsCall(ReceiptKind kind) =>
        kind is ReceiptKind.Dialog or ReceiptKind.Transaction or ReceiptKind.Timer or ReceiptKind.Buffer;

    // within the ledger: one object for a call, not four
    [System.Runtime.CompilerServices.InlineArray(Kinds)]
    private struct Counts
    {
        private long _first;
    }
}
