namespace EdgePbx.Core;

/// <summary>
/// Looks 70 s after each call whether all that was charged to it is closed (half a minute after it is nearly always), and 70 s after the last call whether every
/// gauge is at its baseline. What is left by then nobody will close any more: it is released here, said in the log, counted,
/// and shown until somebody has acknowledged it.
/// </summary>
/// <remarks>
/// 70 s: a 2xx is repeated for 64*T1 = 32 s, the BYE that follows is waited for as long, and what ended last lingers for T4.
/// A phone that rings only when its call is over already is cancelled only then, and gets another 70 s.
/// </remarks>
internal sealed class Reconciler
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(70);

    // most calls are settled when the last copy of their BYE can have come: they need not be kept in mind for longer
    private static readonly TimeSpan FirstLook = SipTimers.Timeout + TimeSpan.FromSeconds(1);

    private const int MostLooks = 3;
    private readonly PbxContext _context;
    private readonly PriorityQueue<Departure, Instant> _departures = new();
    private readonly OwnedTimer _settle;
    private readonly OwnedTimer _idle;
    private long _lastBeforeIdle;

    public Reconciler(PbxContext context)
    {
        _context = context;
        Left = new Leftovers(context.Log);
        _settle = new OwnedTimer(context.Timers, TimerKind.Housekeeping, LookAtDepartures);
        _idle = new OwnedTimer(context.Timers, TimerKind.Housekeeping, LookAtGauges);
    }

    public Leftovers Left { get; }

    /// <summary>A call has ended; its slot may take a moment longer.</summary>
    public Departure Watch(Instant now, Call call)
    {
        var departure = new Departure(call.Key, call.Ledger) { Due = now + Patience };
        Enqueue(departure, now + FirstLook);
        return departure;
    }

    /// <summary>No call is up any more.</summary>
    public void OnIdle(Instant now)
    {
        _lastBeforeIdle = _context.Transactions.LastNumber;
        _idle.Arm(now + Patience);
    }

    public void OnBusy() => _idle.Cancel();

    private void Enqueue(Departure departure, Instant look)
    {
        _departures.Enqueue(departure, look);
        if (!_settle.IsArmed || look < _settle.Due)
        {
            _settle.Arm(look);
        }
    }

    private void LookAtDepartures(Instant now)
    {
        while (_departures.TryPeek(out Departure? departure, out Instant look) && look <= now)
        {
            _ = _departures.Dequeue();
            Look(now, departure);
        }
        if (_departures.TryPeek(out _, out Instant next))
        {
            _settle.Arm(next);
        }
    }

    private void Look(Instant now, Departure departure)
    {
        CallLedger ledger = departure.Ledger;
        bool isReleased = departure.Record is not null;
        if (isReleased && ledger.Held == 0)
        {
            return;
        }
        if (now < departure.Due)
        {
            Enqueue(departure, departure.Due);
            return;
        }
        departure.Looks++;
        if (isReleased && departure.Transactions != ledger.Opened(ReceiptKind.Transaction) && departure.Looks < MostLooks)
        {
            departure.Due = now + Patience; // a CANCEL or BYE that could only go out after the end: it has its own time
            departure.Transactions = ledger.Opened(ReceiptKind.Transaction);
            Enqueue(departure, departure.Due);
            return;
        }
        Reconcile(now, departure);
    }

    private void Reconcile(Instant now, Departure departure)
    {
        CallLedger ledger = departure.Ledger;
        ByKind<ReceiptCount> receipt = ledger.FinalReceipt();
        if (_context.Calls.Find(departure.Key) is { } stuck)
        {
            Left.Add(now, "calls", 1, ledger.Owner);
            (int paths, int recordings) = stuck.Abandon(now);
            AddPaths(now, paths, ledger.Owner);
            Left.Add(now, "recordings", recordings, ledger.Owner);
        }
        else if (departure.Record is { IsClean: true } record)
        {
            _context.Hand(now, record with { Revision = 2, IsClean = false, Receipt = receipt, Left = CallReceipts.Describe(receipt) });
        }
        Sweep(now, (other, _) => other == ledger, ledger.Owner);
        int lost = (int)ledger.HeldOf(ReceiptKind.Buffer);
        ledger.WriteOff();
        _context.Buffers.WriteOff(lost);
        Left.Add(now, "packet_buffers_rented", lost, ledger.Owner);
    }

    private void LookAtGauges(Instant now)
    {
        LookAtDepartures(now);
        HashSet<CallLedger> excused = [.. _departures.UnorderedItems.Select(static one => one.Element.Ledger)];
        // what began after the last call is a registration under way, or a call that was refused
        Sweep(now, (ledger, number) => ledger is null ? number <= _lastBeforeIdle : !excused.Contains(ledger), "nobody");
        int accounted = _context.Transactions.BuffersHeld + _context.Outbox.Messages
            + (int)excused.Sum(ledger => ledger.HeldOf(ReceiptKind.Buffer) - _context.Transactions.BuffersHeldFor(ledger));
        int lost = _context.Buffers.Outstanding - accounted;
        if (lost > 0)
        {
            _context.Buffers.WriteOff(lost);
            Left.Add(now, "packet_buffers_rented", lost, "nobody");
        }
        if (excused.Count > 0)
        {
            OnIdle(now);
        }
    }

    /// <param name="now">This moment.</param>
    /// <param name="isLeft">Whether what is charged to this ledger, or to none, is left behind; the number is a transaction's, else 0.</param>
    /// <param name="owner">Who is named when a thing is charged to nobody.</param>
    private void Sweep(Instant now, Func<CallLedger?, long, bool> isLeft, string owner)
    {
        Left.Add(now, "dialogs", _context.Dialogs.RemoveWhere(ledger => isLeft(ledger, 0)), owner);
        (int clients, int servers) = _context.Transactions.TerminateWhere(now, isLeft);
        Left.Add(now, "client_transactions", clients, owner);
        Left.Add(now, "server_transactions", servers, owner);
        SweepTimers(now, TimerKind.Session, "timers_session", isLeft, owner);
        SweepTimers(now, TimerKind.Ring, "timers_ring", isLeft, owner);
        SweepTimers(now, TimerKind.Transaction, "timers_transaction", (ledger, number) => ledger is not null && isLeft(ledger, number), owner);
        AddPaths(now, _context.Relays.QuarantineWhere(ledger => isLeft(ledger, 0)), owner);
        Left.Add(now, "recordings", _context.Recordings.ForgetWhere(ledger => isLeft(ledger, 0)), owner);
    }

    private void AddPaths(Instant now, int paths, string owner)
    {
        Left.Add(now, "relay_paths", paths, owner);
        Left.Add(now, "ports_in_use", 2 * paths, owner);
    }

    private void SweepTimers(Instant now, TimerKind kind, string gauge, Func<CallLedger?, long, bool> isLeft, string owner) =>
        Left.Add(now, gauge, _context.Timers.RemoveWhere(timer => timer.Kind == kind && isLeft(timer.Ledger, 0)), owner);
}

/// <summary>A call that has ended and may have left something behind.</summary>
internal sealed class Departure(CallKey key, CallLedger ledger)
{
    public CallKey Key => key;
    public CallLedger Ledger => ledger;
    public Instant Due { get; set; }

    /// <summary>How many the call had begun when it was over, or last looked at.</summary>
    public long Transactions { get; set; }
    public int Looks { get; set; }

    /// <summary>Null: the call still holds its slot.</summary>
    public CallRecord? Record { get; private set; }

    public void OnReleased(CallRecord record) => (Record, Transactions) = (record, ledger.Opened(ReceiptKind.Transaction));
}
