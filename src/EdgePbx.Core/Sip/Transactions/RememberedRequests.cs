namespace EdgePbx.Core;

/// <summary>Of what is remembered only for its copies.</summary>
internal enum RememberedKind : byte
{
    /// <summary>A request that was answered: copies get the same answer (RFC 3261 17.2.2, Completed).</summary>
    Answered,

    /// <summary>As that, of a REGISTER.</summary>
    Registered,

    /// <summary>An INVITE that was accepted and whose call is over: copies are absorbed (RFC 6026 7.1, Accepted). What is kept is our tag.</summary>
    Accepted,

    /// <summary>An INVITE of ours whose 2xx was acknowledged and whose call is over: copies of that get the same ACK (RFC 6026 7.2, Accepted).</summary>
    Acknowledged,

    /// <summary>The same INVITE, and a 2xx of another phone behind a fork, which nobody wanted.</summary>
    Stray,
}

/// <summary>One of them.</summary>
internal struct RememberedRequest
{
    /// <summary>As the transaction's.</summary>
    public ulong Name;

    /// <summary>As the transaction's; 0, which no hash is but one in 2^64, stands for none and saves half of the room.</summary>
    public ulong? MergeName { readonly get => _mergeName == 0 ? null : _mergeName; set => _mergeName = value ?? 0; }

    /// <summary>Of an acknowledged INVITE: a hash of the To tag of the 2xx.</summary>
    public ulong Tag;

    /// <summary>As the transaction's.</summary>
    public long Number;

    /// <summary>The answer, the tag or the ACK.</summary>
    public ShelvedMessage Message;

    /// <summary>Whom it is counted with until it is forgotten; null: no call.</summary>
    public CallLedger? Ledger;

    /// <summary>Whose request it is; null: nobody's that is counted.</summary>
    public AccountUsage? Account;

    /// <summary>Where the message goes; of an answered request where that came from.</summary>
    public SipFlow Flow;

    /// <summary>Not 0: the port that the request's Via wants the answer at.</summary>
    public ushort ReplyPort;

    /// <summary>Of an acknowledged INVITE: the highest number that was sent in one of its early dialogs.</summary>
    public uint LastCSeq;

    public RememberedKind Kind;

    private ulong _mergeName;
    internal Instant Due;
    internal long Earlier; // the number, plus one, of another with the same name
    internal bool IsForgotten;

    public readonly bool IsOurs => Kind is RememberedKind.Acknowledged or RememberedKind.Stray;

    public readonly SipFlow ReplyFlow => ReplyPort == 0 ? Flow : Flow with { Remote = Flow.Remote with { Port = ReplyPort } };
}

/// <summary>
/// What is left of transactions that nobody waits for: for 64*T1 more a row in a table and some bytes on a shelf. A stream of
/// short calls consists of these, and a row is nothing that a collection of the heap would have to carry on.
/// </summary>
/// <remarks>All are remembered for the same time, so the table is a queue: who came first goes first, by one timer.</remarks>
internal sealed class RememberedRequests : ITimerOwner
{
    private const int FewRows = 64;
    private readonly Dictionary<ulong, long> _newest = []; // numbers of rows, counted from the start
    private readonly HashSet<ulong> _mergeable;
    private readonly MessageShelves _shelves = new();
    private readonly OwnedTimer _end;
    private RememberedRequest[] _rows = new RememberedRequest[FewRows];
    private long _first;
    private long _next;

    /// <param name="timers">Of the engine.</param>
    /// <param name="mergeable">What requests by another way would be known by; those that are forgotten are taken out.</param>
    public RememberedRequests(TimerHeap timers, HashSet<ulong> mergeable) =>
        (_end, _mergeable) = (new OwnedTimer(timers, TimerKind.Housekeeping, this), mergeable);

    public int Clients { get; private set; }
    public int Servers { get; private set; }

    /// <summary>The REGISTERs among <see cref="Servers"/>.</summary>
    public int Registers { get; private set; }

    /// <summary>Of the messages that are kept.</summary>
    public long Bytes => _shelves.Bytes;

    public void Add(Instant now, RememberedRequest request, ReadOnlySpan<byte> message)
    {
        if (_next - _first == _rows.Length)
        {
            Grow();
        }
        request.Due = now + SipTimers.Timeout;
        request.Message = _shelves.Put(message);
        request.Earlier = _newest.TryGetValue(request.Name, out long earlier) ? earlier + 1 : 0;
        _newest[request.Name] = _next;
        _rows[_next++ % _rows.Length] = request;
        Count(request, 1);
        if (!_end.IsArmed)
        {
            _end.Arm(request.Due);
        }
    }

    /// <summary>The one that was added last under this name; the reference is good until the next input.</summary>
    public ref RememberedRequest Find(ulong name, out bool isThere)
    {
        isThere = _newest.TryGetValue(name, out long number);
        return ref _rows[(isThere ? number : 0) % _rows.Length];
    }

    /// <summary>Another one of the same name that was added before.</summary>
    public ref RememberedRequest FindEarlier(in RememberedRequest request, out bool isThere)
    {
        long number = request.Earlier - 1;
        isThere = number >= _first && !At(number).IsForgotten;
        return ref At(isThere ? number : 0);
    }

    /// <summary>Forgets what should have been forgotten by itself, by ledger and number.</summary>
    public (int Clients, int Servers) ForgetWhere(Func<CallLedger?, long, bool> isLeft)
    {
        (int clients, int servers) = (Clients, Servers);
        for (long number = _first; number < _next; number++)
        {
            ref RememberedRequest one = ref At(number);
            if (!one.IsForgotten && isLeft(one.Ledger, one.Number))
            {
                Forget(ref one, number);
            }
        }
        return (clients - Clients, servers - Servers);
    }

    void ITimerOwner.OnFired(Instant now, OwnedTimer timer)
    {
        while (_first < _next && (At(_first).IsForgotten || At(_first).Due <= now))
        {
            if (!At(_first).IsForgotten)
            {
                Forget(ref At(_first), _first);
            }
            _first++;
        }
        if (_first < _next)
        {
            _end.Arm(At(_first).Due);
        }
        else
        {
            GiveBack();
        }
    }

    private ref RememberedRequest At(long number) => ref _rows[number % _rows.Length];

    private void Forget(ref RememberedRequest one, long number)
    {
        if (_newest.TryGetValue(one.Name, out long newest) && newest == number)
        {
            _ = _newest.Remove(one.Name);
        }
        if (one.MergeName is { } name)
        {
            _ = _mergeable.Remove(name);
        }
        _shelves.Take(one.Message);
        Count(one, -1);
        one.Account?.Count(one.Kind == RememberedKind.Registered, -1);
        one.Ledger?.Close(ReceiptKind.Transaction);
        one = new RememberedRequest { IsForgotten = true, Due = one.Due };
    }

    private void Count(in RememberedRequest one, int change)
    {
        Clients += one.IsOurs ? change : 0;
        Servers += one.IsOurs ? 0 : change;
        Registers += one.Kind == RememberedKind.Registered ? change : 0;
    }

    private void Grow()
    {
        var rows = new RememberedRequest[2 * _rows.Length];
        for (long number = _first; number < _next; number++)
        {
            rows[number % rows.Length] = At(number);
        }
        _rows = rows;
    }

    /// <summary>After a busy time the heap shall be small again.</summary>
    private void GiveBack()
    {
        if (_rows.Length > FewRows)
        {
            _rows = new RememberedRequest[FewRows];
            _newest.TrimExcess();
            _shelves.Clear();
        }
    }
}
