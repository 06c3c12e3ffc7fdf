namespace EdgePbx.Core;

/// <summary>
/// Decides whether a new call or registration is taken, before anything is spent on it: no digest, no transaction, no line
/// in the log (RFC 6357 describes why a refusal must be cheaper than an answer). What belongs to a dialog, ACK, CANCEL and
/// responses never come here: what is up goes on, and what ends makes room.
/// </summary>
internal sealed class AdmissionControl
{
    /// <summary>As long as the loop is behind for this long, a new call would only wait in vain.</summary>
    public static readonly TimeSpan LongestBacklog = TimeSpan.FromMilliseconds(200);

    /// <summary>Nobody listens to a registration that takes its time, and all phones of an office may come at once: as long as its copies are apart (RFC 3261 17.1.2.2).</summary>
    public static readonly TimeSpan LongestRegistrationBacklog = SipTimers.T2;

    /// <summary>How long the loop must have kept up before new work is taken again.</summary>
    public static readonly TimeSpan BacklogRest = TimeSpan.FromSeconds(1);

    /// <summary>When there was no room for a call, the next one is tried after this long; those between are refused at once.</summary>
    public static readonly TimeSpan ProbePause = TimeSpan.FromMilliseconds(100);

    private readonly PbxContext _context;
    private readonly OverloadEpisode _episode;
    private readonly RefusedRequests _refused = new();
    private readonly Watermark _calls = new();
    private readonly Watermark _registrations = new();
    private readonly Watermark _bytes = new();
    private Instant _behindUntil = new(long.MinValue);
    private Instant _farBehindUntil = new(long.MinValue);
    private Instant _probeAt = new(long.MinValue);
    private string _exhausted = "";
    private TimeSpan _backlog;

    public AdmissionControl(PbxContext context)
    {
        _context = context;
        _episode = new OverloadEpisode(context.Timers, context.Log);
    }

    /// <summary>Requests are being refused, or were within the last five seconds.</summary>
    public bool IsOverloaded => _episode.IsOn;

    /// <summary>The loop says for how long it has not once read all that waited in its sockets.</summary>
    public void ReportBacklog(Instant now, TimeSpan backlog)
    {
        if (backlog >= LongestBacklog)
        {
            (_backlog, _behindUntil) = (backlog, now + BacklogRest);
        }
        if (backlog >= LongestRegistrationBacklog)
        {
            _farBehindUntil = now + BacklogRest;
        }
    }

    /// <summary>The sender of an admitted request has shown who he is; it has a transaction now.</summary>
    public void NoteAccepted(Instant now, bool isCall)
    {
        (isCall ? _calls : _registrations).NoteAdmitted(now);
        _bytes.NoteAdmitted(now);
    }

    /// <summary>A call found no slot in the table, or no media port.</summary>
    /// <param name="what">In words that go before the number of calls that are up.</param>
    public void NoteExhausted(Instant now, string what) => (_probeAt, _exhausted) = (now + ProbePause, what);

    /// <summary>False: it was answered with 503 and Retry-After, and nothing is kept of it.</summary>
    /// <param name="request">An INVITE or REGISTER without a To tag.</param>
    public bool TryAdmit(Instant now, SipMessage request, in SipFlow source)
    {
        bool isCall = request.Method == SipMethod.Invite;
        ulong name = _context.StatelessTags.NameOf(request);
        if (_refused.Contains(now, name))
        {
            Refuse(request, source, isCall);
            return false;
        }
        if (!TryFindReason(now, isCall, source, out string why, out long level, out long limit))
        {
            return true;
        }
        _episode.Note(now, isCall, why, level, limit);
        _refused.Add(now, name);
        Refuse(request, source, isCall);
        return false;
    }

    private bool TryFindReason(Instant now, bool isCall, in SipFlow source, out string why, out long level, out long limit)
    {
        MemoryBudget memory = _context.Settings.Memory;
        int registrations = _context.Transactions.RegisterCount;
        if (now < (isCall ? _behindUntil : _farBehindUntil) && !IsKnownInFlood(source))
        {
            TimeSpan longest = isCall ? LongestBacklog : LongestRegistrationBacklog;
            (why, level, limit) = ("messages wait too long, in milliseconds", (long)_backlog.TotalMilliseconds, (long)longest.TotalMilliseconds);
            return true;
        }
        if (!_bytes.Admits(now, _context.HeldBytes, memory.HeldBytes))
        {
            (why, level, limit) = ("too many bytes of messages are held", _context.HeldBytes, memory.HeldBytes);
            return true;
        }
        if (!isCall)
        {
            (why, level, limit) = ("too many registrations within half a minute", registrations, memory.RegisterTransactions);
            return !_registrations.Admits(now, registrations, limit);
        }
        if (now < _probeAt)
        {
            (why, level, limit) = (_exhausted, _context.Calls.Count, _context.Settings.MaxCalls);
            return true;
        }
        level = _context.Transactions.ServerCount - registrations;
        (why, limit) = ("too many requests within half a minute", memory.CallTransactions);
        return !_calls.Admits(now, level, limit);
    }

    /// <summary>When strangers keep the loop busy, that is no reason to refuse a phone that is known.</summary>
    private bool IsKnownInFlood(in SipFlow source) => _context.Strangers.IsFlooded && _context.Sources.IsKnown(source.Remote.Address);

    /// <summary>The times to come back are spread, so that phones that were refused together don't come back together (RFC 3261 21.5.4).</summary>
    private void Refuse(SipMessage request, in SipFlow source, bool isCall)
    {
        _context.Counters.RequestsRefusedOverload++;
        SipWriter writer = _context.BeginStateless(request, source, 503);
        writer.Header(HeaderName.RetryAfter, isCall ? 3 + _context.Entropy.Below(8) : 5 + _context.Entropy.Below(20));
        _context.SendStateless(request, source, ref writer);
    }
}
