namespace EdgePbx.Core;

/// <summary>What is agreed with the peer of a leg so far.</summary>
internal enum LegState : byte { Inviting, Early, Confirmed, Ended }

/// <summary>
/// One side of a call: a dialog with one phone, its session timer and its media. Everything that it takes is in its own
/// scope, which is a resource of the call's, so a branch that loses is given back while the call goes on.
/// </summary>
internal sealed partial class Leg : Owned
{
    private readonly PbxContext _context;
    private readonly Call _call;
    private bool _isReleasePending;

    public Leg(Call call, PbxContext context, bool isCaller, string number, byte[] localTag, byte[] contactUser, in SipFlow flow)
        : base(call.Scope, ResourceKind.Leg)
    {
        (_call, _context, IsCaller, Number, LocalTag, ContactUser, Flow) = (call, context, isCaller, number, localTag, contactUser, flow);
        Scope = new ResourceScope(OnScopeEmpty, call.OnReleaseFailed, call.Ledger);
        Timer = new SessionTimer(Scope, context.Timers, this, isFirst: !isCaller);
        Media = new LegMedia(context, this, Scope) { LocalAddress = context.MediaAddressFor(flow.Remote.Address) };
    }

    public ResourceScope Scope { get; }
    public Call Call => _call;
    public bool IsCaller { get; }

    /// <summary>The extension at the other end.</summary>
    public string Number { get; }

    public byte[] LocalTag { get; }

    /// <summary>The user part of our Contact on this leg.</summary>
    public byte[] ContactUser { get; }

    /// <summary>Where the peer's first message came from, or where its phone is registered.</summary>
    public SipFlow Flow { get; private set; }

    public Dialog? Dialog { get; private set; }
    public SessionTimer Timer { get; }
    public LegMedia Media { get; }
    public LegState State { get; private set; }
    public byte[] CallId { get; private set; } = [];

    /// <summary>The peer's Allow had UPDATE (RFC 3311 5.1, ST-20).</summary>
    public bool PeerAllowsUpdate { get; private set; }

    public NetAddress PeerAddress => (Dialog?.Flow ?? Flow).Remote.Address;
    public string Label => IsCaller ? "caller" : $"callee {Number}";
    public bool IsConfirmed => State == LegState.Confirmed;

    /// <summary>Confirmed, and the peer has been told: the answer to its INVITE does not wait for a PRACK.</summary>
    public bool IsUp => IsConfirmed && !(_isInitialIncoming && Incoming is { IsOpen: true });

    /// <summary>Says goodbye as far as the dialog allows; what can't be sent does not keep the leg (race 22).</summary>
    /// <param name="callerStatus">The answer to an INVITE of the caller that is still open.</param>
    public void HangUp(Instant now, EndReason reason, int callerStatus)
    {
        if (State == LegState.Ended)
        {
            return;
        }
        bool wasUp = IsUp;
        State = LegState.Ended;
        AnswerOpenRequests(now, IsCaller && !wasUp ? callerStatus : 487);
        if (IsCaller && Incoming is { AwaitsAck: true } invite && _isInitialIncoming)
        {
            invite.HangUpAfterAck(reason.ReasonHeader); // C-34
            return;
        }
        if (wasUp && Dialog is { } dialog)
        {
            AcknowledgeInVain(now);
            Hangup.SendBye(_context, now, dialog, reason.ReasonHeader);
        }
        else
        {
            Outgoing?.Cancel(now, reason.ReasonHeader);
        }
    }

    /// <summary>The peer has hung up: it gets its answers, and nothing more is asked of it.</summary>
    public void Forget(Instant now)
    {
        if (State != LegState.Ended)
        {
            State = LegState.Ended;
            AnswerOpenRequests(now, 487);
            Incoming?.PeerIsGone();
            AcknowledgeInVain(now);
        }
    }

    /// <summary>The answer that the ACK was to carry will never come; a 2xx is acknowledged all the same (RFC 3261 13.2.2.4).</summary>
    private void AcknowledgeInVain(Instant now)
    {
        if (_isAckOwed)
        {
            Outgoing!.Acknowledge(now, Dialog!);
        }
    }

    /// <summary>The stream to the peer is gone: what comes next opens one to its Contact.</summary>
    public void OnFlowClosed(in SipFlow flow)
    {
        if (Dialog is { } dialog && dialog.Flow.Transport == flow.Transport && dialog.Flow.Connection == flow.Connection)
        {
            dialog.Flow = dialog.Flow with { Connection = 0 };
        }
    }

    /// <summary>A branch whose INVITE was refused.</summary>
    public void MarkRefused() => State = LegState.Ended;

    public LegSnapshot Snapshot(Instant now) => new()
    {
        Role = IsCaller ? "caller" : "callee",
        State = State switch { LegState.Inviting => "inviting", LegState.Early => "ringing", LegState.Confirmed => "established", _ => "ended" },
        CallId = System.Text.Encoding.UTF8.GetString(CallId),
        RemoteAddress = (Dialog?.Flow ?? Flow).ToString(),
        Codec = Media.Codec,
        Media = State == LegState.Confirmed ? MediaRecord(_call.Other(this)) : null,
        MediaAddresses = [.. Media.OpenPaths.Select(path => path.Source.IsNone ? $"port {path.RtpPort}, nothing heard yet" : $"port {path.RtpPort} from {path.Source}")],
        SessionTimer = Timer.IsOn
            ? new SessionTimerSnapshot
            {
                IntervalSeconds = (int)Timer.Interval.TotalSeconds,
                Refresher = RefresherWord,
                Method = RefreshMethod,
                SecondsToRefresh = (Timer.RefreshDue - now)?.TotalSeconds,
                SecondsToExpiry = (Timer.ExpiryDue - now)?.TotalSeconds,
                LastResult = Timer.Last.Result,
                SecondsSinceLastResult = (now - Timer.Last.At).TotalSeconds,
                Refreshes = Timer.Refreshes,
            }
            : null,
    };

    /// <summary>For the call's record; the leg may have ended.</summary>
    public LegRecord Record(Leg? other) => new()
    {
        Number = Number,
        RemoteAddress = (Dialog?.Flow ?? Flow).ToString(),
        Codec = Media.Codec,
        Media = _call.IsAnswered ? MediaRecord(other) : null,
        SessionTimer = Timer.Interval > TimeSpan.Zero
            ? new TimerRecord((int)Timer.Interval.TotalSeconds, RefresherWord, RefreshMethod, Timer.Refreshes, Timer.Last.Result)
            : null,
    };

    private MediaRecord? MediaRecord(Leg? other) => Media.FirstPath is { } own && other?.Media.FirstPath is { } theirs
        ? CallQuality.Of(own.Media, theirs.Media, Media.Codec)
        : null;

    private string RefresherWord => Timer.Refresher == Refresher.Us ? "us" : "peer";

    /// <summary>Of a refresh of ours; the peer chooses its own.</summary>
    private string RefreshMethod => PeerAllowsUpdate ? "UPDATE" : "INVITE";

    internal override Release Release(Instant now)
    {
        State = LegState.Ended;
        AnswerOpenRequests(now, 487); // a branch that refused may have asked something before
        Scope.Close(now);
        _isReleasePending = Scope.Outstanding > 0;
        return _isReleasePending ? Core.Release.Pending : Core.Release.Done;
    }

    private void OnScopeEmpty(Instant now)
    {
        _call.OnLegReleased(this);
        if (_isReleasePending)
        {
            _isReleasePending = false;
            _call.Scope.Confirm(this, now);
        }
    }

    /// <summary>Makes the call known to the engine, so that a bug in what follows ends this call only.</summary>
    private void Enter() => _context.CurrentCall = _call;
}
