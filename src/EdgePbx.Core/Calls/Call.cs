namespace EdgePbx.Core;

/// <summary>Where a call is in its life.</summary>
internal enum CallState : byte { Routing, Ringing, Established, Ending, Released }

/// <summary>One call: the root of everything that must be gone when it ends. It has one caller and rings one or more callees.</summary>
internal sealed partial class Call
{
    private readonly PbxContext _context;
    private readonly Instant _started;
    private readonly List<Leg> _callees = [];
    private OwnedTimer? _watchdog;
    private int _openedByLegs;
    private int _closedByLegs;
    private string _callId = "";
    private string _b2buaCallId = "";
    private int _releasesFailed;
    private Instant? _answered;
    private Instant _ended;
    private Departure? _departure;
    private Leg? _lastCaller;
    private Leg? _lastCallee;

    internal Call(PbxContext context, CallKey key, Instant now)
    {
        (_context, Key, _started) = (context, key, now);
        Ledger = new CallLedger(context.Ledger);
        Scope = new ResourceScope(OnScopeEmpty, OnReleaseFailed, Ledger);
    }

    public CallKey Key { get; }
    public CallState State { get; private set; }
    internal ResourceScope Scope { get; }

    /// <summary>What it opens and closes, by kind.</summary>
    internal CallLedger Ledger { get; }

    public Leg? Caller { get; private set; }

    /// <summary>The callee that answered.</summary>
    public Leg? Callee { get; private set; }

    /// <summary>Of the extension that makes the call: what it takes counts there.</summary>
    public AccountUsage? Account => From.Length > 0 ? _context.Accounts.Of(From) : null;

    public string From { get; private set; } = "";
    public string To { get; private set; } = "";
    public EndReason? Ended { get; private set; }

    /// <summary>Two people could talk: before, there may be music, but nobody listens to how it sounds.</summary>
    public bool IsAnswered => _answered is not null;
    public int LegCount => (Caller is null ? 0 : 1) + _callees.Count;

    /// <summary>It has ended and should have given everything back by now.</summary>
    public bool IsOverdue => State == CallState.Ending && _watchdog is { IsArmed: false };

    /// <summary>When refreshes of its session timers will be late, each where it belongs among those of other calls.</summary>
    internal void CollectLate(Span<Instant> moments, ref int count)
    {
        LateMoments.Insert(moments, ref count, Caller?.Timer.LateAt ?? Instant.Never);
        foreach (Leg leg in _callees)
        {
            LateMoments.Insert(moments, ref count, leg.Timer.LateAt);
        }
    }

    private bool IsOver => State is CallState.Ending or CallState.Released;

    /// <summary>
    /// The one way in which a call ends, whoever wants it. The legs say goodbye, then everything is given back; a second
    /// call does nothing.
    /// </summary>
    /// <param name="gone">The leg whose peer has gone already, and is told nothing.</param>
    public void End(Instant now, EndReason reason, Leg? gone = null)
    {
        if (IsOver)
        {
            return;
        }
        _context.CurrentCall = this; // what is sent now is sent for this call
        State = CallState.Ending;
        if (Account is { } account)
        {
            account.Calls--;
        }
        (Ended, _ended, _lastCaller, _lastCallee) = (reason, now, Caller, Callee ?? _callees.LastOrDefault());
        _departure = _context.Reconciler.Watch(now, this);
        _context.Calls.OnEnded(now);
        _watchdog = _context.Calls.Watch(this, now);
        try
        {
            _context.Log.CleanupCallStart(Key, _callId, _b2buaCallId, reason.Sentence);
            foreach (Leg leg in Legs().ToArray())
            {
                SayGoodbye(now, leg, reason, isGone: leg == gone);
            }
        }
        finally
        {
            // whatever went wrong on the way: nobody ends it a second time
            _negotiation = null;
            Scope.Close(now);
        }
    }

    /// <summary>70 s after its end: what nobody confirms is taken for lost, so that the call can go. How many of each it was.</summary>
    internal (int Paths, int Recordings) Abandon(Instant now)
    {
        (int paths, int recordings) = (0, 0);
        foreach (ResourceScope scope in Legs().Select(static leg => leg.Scope).Append(Scope).ToArray())
        {
            scope.Abandon(now, lost =>
            {
                switch (lost)
                {
                    case RelayPath path:
                        _context.Relays.Quarantine(path);
                        paths++;
                        break;
                    case Recording recording:
                        _context.Recordings.Forget(recording);
                        recordings++;
                        break;
                    default:
                        break;
                }
            });
        }
        return (paths, recordings);
    }

    /// <summary>A bug met while this call was worked on: it costs this call and no other.</summary>
    public void Fault(Instant now, Exception failure)
    {
        _context.Counters.CallsFaulted++;
        _context.Log.CallFaulted(failure, Key.ToString());
        End(now, EndReason.Fault);
    }

    public CallSnapshot Snapshot(Instant now) => new()
    {
        Call = Key.ToString(),
        State = State switch
        {
            CallState.Routing => "routing",
            CallState.Ringing => "ringing",
            CallState.Established => "established",
            _ => "ending",
        },
        From = From,
        To = To,
        Seconds = (now - _started).TotalSeconds,
        Legs = [.. Legs().Select(leg => leg.Snapshot(now))],
    };

    internal void OnFlowClosed(in SipFlow flow)
    {
        foreach (Leg leg in Legs())
        {
            leg.OnFlowClosed(flow);
        }
    }

    internal void OnLegReleased(Leg leg)
    {
        _openedByLegs += leg.Scope.Opened;
        _closedByLegs += leg.Scope.Closed;
        _ = _callees.Remove(leg);
        if (Caller == leg)
        {
            Caller = null;
        }
    }

    internal void OnReleaseFailed(ResourceKind kind, Exception failure)
    {
        _releasesFailed++;
        _context.Log.ReleaseFailed(failure, Key, _callId, _b2buaCallId, kind);
    }

    internal void ReportOverdue()
    {
        _context.Counters.CleanupsOverdue++;
        IEnumerable<ResourceKind> kinds = Scope.OutstandingKinds.Concat(Legs().SelectMany(leg => leg.Scope.OutstandingKinds));
        _context.Log.CleanupOverdue(Key, _callId, _b2buaCallId, Scope.Outstanding, string.Join(' ', kinds));
    }

    internal void LogTimerStarted(Leg leg, Refresher refresher) =>
        _context.Log.SessionTimerStarted(Key, _callId, _b2buaCallId, leg.Label, (int)leg.Timer.Interval.TotalSeconds, refresher);

    internal void LogTimerCancelled(Leg leg) => _context.Log.SessionTimerCancelled(Key, _callId, _b2buaCallId, leg.Label);

    internal void LogRefreshed(Instant now, Leg leg, string by)
    {
        _context.Counters.SessionsRefreshed++;
        _context.Counters.LastRefresh = now;
        _context.Log.SessionRefreshed(Key, _callId, _b2buaCallId, leg.Label, (int)leg.Timer.Interval.TotalSeconds, by);
    }

    internal void LogRefreshFailed(Leg leg, int status) => _context.Log.SessionRefreshFailed(Key, _callId, _b2buaCallId, leg.Label, status);

    internal void LogLatched(Leg leg, NetEndpoint source) => _context.Log.RelaySourceLatched(Key, _callId, _b2buaCallId, leg.Label, source);

    private IEnumerable<Leg> Legs() => Caller is null ? _callees : _callees.Prepend(Caller);

    private void SayGoodbye(Instant now, Leg leg, EndReason reason, bool isGone)
    {
        try
        {
            if (isGone)
            {
                leg.Forget(now);
            }
            else
            {
                leg.HangUp(now, reason, reason.CallerStatus);
            }
        }
#pragma warning disable CA1031 // race 22: what can't be said to one phone must keep neither the call nor the other phone
        catch (Exception failure)
#pragma warning restore CA1031
        {
            OnReleaseFailed(ResourceKind.Leg, failure);
        }
    }

    private void OnScopeEmpty(Instant now)
    {
        State = CallState.Released;
        _watchdog?.Cancel();
        CallRecord record = Record(now);
        try
        {
            LogQuality(record);
            if (record.IsClean)
            {
                _context.Log.CleanupVerified(Key, _callId, _b2buaCallId, Scope.Opened + _openedByLegs, Scope.Closed + _closedByLegs);
            }
        }
        finally
        {
            // whatever goes wrong with its last words: it has nothing any more
            _context.Calls.Remove(Key);
            _departure!.OnReleased(record);
            _context.Hand(now, record);
            Forget();
        }
    }

    private CallRecord Record(Instant now)
    {
        ByKind<ReceiptCount> receipt = Ledger.Receipt();
        string left = CallReceipts.Describe(receipt);
        return new CallRecord
        {
            Call = Key.ToString(),
            CallId = _callId,
            B2buaCallId = _b2buaCallId,
            Started = _started,
            Answered = _answered,
            Ended = _ended,
            Released = now,
            EndCode = Ended!.Code,
            EndReason = Ended.Sentence,
            EndedBy = Ended.By switch { EndedBy.Caller => "caller", EndedBy.Callee => "callee", _ => "edgepbx" },
            Caller = _lastCaller?.Record(_lastCallee) ?? new LegRecord { Number = From },
            Callee = _lastCallee?.Record(_lastCaller) ?? new LegRecord { Number = To },
            Receipt = receipt,
            IsClean = left.Length == 0 && _releasesFailed == 0,
            Left = left.Length == 0 && _releasesFailed > 0 ? $"{_releasesFailed} release(s) that failed" : left,
        };
    }

    /// <summary>What lingers of an INVITE still names its call, for half a minute; it needs no more of it than the name.</summary>
    private void Forget()
    {
        (Callee, _lastCaller, _lastCallee, _heardEarly, _offer) = (null, null, null, null, null);
        (_watchdog, _reminder, _pendingPrack, _earlyOfferer, _lateAnswer, _recording) = (null, null, null, null, null, null);
    }
}
