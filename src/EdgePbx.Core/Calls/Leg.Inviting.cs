namespace EdgePbx.Core;

// the callee's side until the INVITE is answered (RFC 3261 13.2, RFC 3262 4)
internal sealed partial class Leg : IOutgoingInviteUser
{
    private const int EarlyDialogLimit = 8;
    private const int IntervalRetryLimit = 3;
    private readonly List<EarlyDialog> _early = [];
    private InitialInvite? _initial;
    private int _intervalRetries;

    /// <summary>The INVITE that is under way on this leg: the initial one, or one within the dialog.</summary>
    public OutgoingInvite? Outgoing { get; private set; }

    /// <summary>Sends the first INVITE. False: it does not fit into a message.</summary>
    public bool TryInvite(Instant now, InitialInvite invite)
    {
        _initial = invite;
        CallId = invite.CallId;
        return TrySendInitial(now, cseq: 1);
    }

    /// <summary>Answers an offer that came in a reliable provisional response (U-10).</summary>
    public void Prack(Instant now, Dialog dialog, uint responseNumber, ReadOnlySpan<byte> sdp)
    {
        byte[] branch = _context.NewBranch();
        SipFlow hop = _context.NextHops.Of(dialog);
        SipWriter writer = _context.BeginRequest(dialog, SipMethod.Prack, NextNumber(dialog), branch, hop);
        writer.BeginHeader(HeaderName.RAck);
        writer.Raw(responseNumber);
        writer.Raw(" "u8);
        writer.Raw(Outgoing!.CSeq);
        writer.Raw(" INVITE"u8);
        writer.EndHeader();
        writer.Header(HeaderName.Supported, SipIdentity.Supported);
        var prack = new InDialogRequest(_context, _call, Scope, static (_, _, _) => { }); // nobody waits for its answer, but it ends with its dialog (ST-33)
        prack.Transaction = _context.SendRequest(now, ref writer, SipMethod.Prack, branch, hop, prack, SipIdentity.Sdp, sdp);
        if (prack.Transaction is null)
        {
            Scope.ReleaseNow(prack, now);
            return;
        }
        NoteEarly(dialog, prack);
    }

    /// <summary>Stops a branch that is not wanted any more (U-26).</summary>
    public void CancelInvite(Instant now, ReadOnlyMemory<byte> reason) => Outgoing?.Cancel(now, reason);

    void IOutgoingInviteUser.OnProvisional(Instant now, OutgoingInvite invite, SipMessage response, in SipFlow source)
    {
        Enter();
        Note(response);
        if (State is not (LegState.Inviting or LegState.Early))
        {
            return;
        }
        State = LegState.Early;
        EarlyDialog? early = response.ToTag.IsEmpty ? null : FindOrAddEarly(response, source);
        Dialog ??= early?.Dialog;
        SdpSession? sdp = SdpBodies.Find(response);
        bool isReliable = false;
        if (early is not null && response.HasToken(HeaderName.Require, "100rel"u8) && response.TryGetUInt32(HeaderName.RSeq, out uint number))
        {
            isReliable = true;
            if (early.LastRSeq is { } last && number != last + 1)
            {
                return; // a copy, or one that overtook another (U-09)
            }
            early.LastRSeq = number;
            if (sdp is not null && _initial!.Sdp.IsEmpty)
            {
                _call.OnEarlyOffer(now, this, early.Dialog, number, sdp);
                return;
            }
            Prack(now, early.Dialog, number, default);
        }
        if (early is not null && !_initial!.Sdp.IsEmpty)
        {
            early.Answer = sdp ?? early.Answer;
        }
        _call.OnProvisional(now, this, response.StatusCode, sdp, isReliable);
    }

    void IOutgoingInviteUser.OnAccepted(Instant now, OutgoingInvite invite, SipMessage response, in SipFlow source)
    {
        Enter();
        Note(response);
        KeepOnly(now, FindEarly(response)); // first, so that there is room for the answer of one that never rang
        if (FindOrAddEarly(response, source) is not { } accepted)
        {
            invite.HangUpOnStray(now, response, source);
            _call.OnBranchFailed(now, this, 500);
            return;
        }
        Dialog = accepted.Dialog;
        Dialog.Routes = RouteSet.FromResponse(response) ?? RouteSet.Empty; // 13.2.2.4: computed anew, whatever the 1xx said
        Dialog.RefreshTarget(response, source);
        State = LegState.Confirmed;
        _isAckOwed = true;
        FollowSuccess(now, response, isInitial: true);
        _call.OnAnswered(now, this, invite, SdpBodies.Find(response) ?? accepted.Answer); // what is agreed already need not be said again (RFC 6337 3.1.1)
    }

    void IOutgoingInviteUser.OnRejected(Instant now, OutgoingInvite invite, int status, SipMessage? response)
    {
        Enter();
        if (status == 422 && response is not null && State is LegState.Inviting or LegState.Early && TryRaiseMinimum(response))
        {
            Scope.ReleaseNow(invite, now);
            KeepOnly(now, null); // what belonged to the refused INVITE
            Dialog = null;
            if (TrySendInitial(now, invite.CSeq + 1))
            {
                return; // ST-07: the caller sees nothing of it
            }
        }
        _call.OnBranchFailed(now, this, status);
    }

    private bool TrySendInitial(Instant now, uint cseq)
    {
        InitialInvite invite = _initial!;
        byte[] branch = _context.NewBranch();
        SipWriter writer = _context.BeginEmpty();
        invite.Write(ref writer, _context, cseq, branch);
        WriteSessionRequest(ref writer, isInitial: true);
        Outgoing = new OutgoingInvite(Scope, _context, this, dialog: null) { Peer = invite.Peer };
        return Outgoing.Send(now, ref writer, cseq, branch, invite.Hop, ContactUser, invite.Sdp.Span);
    }

    /// <summary>RFC 4028 7.3: the largest Min-SE of all 422s, three times at most (ST-07, ST-08, ST-09).</summary>
    private bool TryRaiseMinimum(SipMessage response)
    {
        if (_intervalRetries >= IntervalRetryLimit || !response.TryGetUInt32(HeaderName.MinSe, out uint seconds))
        {
            return false;
        }
        _intervalRetries++;
        Timer.RaiseMinimum(TimeSpan.FromSeconds(Math.Min(seconds, 604800)), SessionTimerHeaders.LeastMinimum);
        return true;
    }

    private EarlyDialog? FindEarly(SipMessage response)
    {
        if (response.ToTag.IsEmpty && _early.Count == 1)
        {
            return _early[0]; // a tag that can't be read is no reason to acknowledge another dialog
        }
        foreach (EarlyDialog known in _early)
        {
            if (response.ToTag.SequenceEqual(known.Dialog.RemoteTag))
            {
                return known;
            }
        }
        return null;
    }

    private void NoteEarly(Dialog dialog, InDialogRequest request)
    {
        if (!IsConfirmed)
        {
            _early.Find(early => early.Dialog == dialog)?.Requests.Add(request);
        }
    }

    private void KeepOnly(Instant now, EarlyDialog? kept)
    {
        foreach (EarlyDialog other in _early.ToArray())
        {
            if (other != kept)
            {
                _ = _early.Remove(other);
                Scope.ReleaseNow(other.Entry, now);
                foreach (InDialogRequest request in other.Requests.ToArray())
                {
                    request.Abandon(now);
                }
            }
        }
    }

    private EarlyDialog? FindOrAddEarly(SipMessage response, in SipFlow source)
    {
        if (FindEarly(response) is { } known)
        {
            known.Dialog.RefreshTarget(response, source);
            return known;
        }
        if (_early.Count >= EarlyDialogLimit || !_context.Dialogs.CanHold(CallId, response.ToTag)
            || DialogFactory.FromResponse(Outgoing!.Request, response, source, _initial!.Peer) is not { } dialog)
        {
            return null;
        }
        var early = new EarlyDialog(this, dialog);
        early.Entry = _context.Dialogs.Add(Scope, dialog, early);
        _early.Add(early);
        return early;
    }

    private void Note(SipMessage message)
    {
        if (message.Has(HeaderName.Allow))
        {
            PeerAllowsUpdate = message.HasToken(HeaderName.Allow, "UPDATE"u8);
        }
    }

    /// <summary>One answer of a fork downstream. Requests in it are served with its own sequence numbers and target (RFC 3261 12.2.2).</summary>
    private sealed class EarlyDialog(Leg leg, Dialog dialog) : IDialogUser
    {
        public Dialog Dialog => dialog;
        public Owned Entry { get; set; } = null!;
        public uint? LastRSeq { get; set; }

        /// <summary>What its phone has answered to our offer before it picks up; each answer of a fork has its own.</summary>
        public SdpSession? Answer { get; set; }

        /// <summary>What was sent in it before the INVITE was answered, done or not.</summary>
        public List<InDialogRequest> Requests { get; } = [];

        public void OnRequest(Instant now, ServerTransaction transaction)
        {
            if (!leg.IsConfirmed)
            {
                leg.Dialog = dialog;
            }
            ((IDialogUser)leg).OnRequest(now, transaction);
        }

        public void OnAck(Instant now, SipMessage ack, in SipFlow source) => ((IDialogUser)leg).OnAck(now, ack, source);

        AccountUsage? IDialogUser.Account => leg.Account;

        bool IDialogUser.MayAsk(Instant now) => leg.MayAsk(now);
    }
}
