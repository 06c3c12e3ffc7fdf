namespace EdgePbx.Core;

// from the caller's INVITE to the first answer (RFC 3261 13, 16.6 to 16.8)
internal sealed partial class Call
{
    private const string NoPortLeft = "no media port is left for another call";

    private static readonly TimeSpan RingingReminder = TimeSpan.FromSeconds(60);
    private SessionAgreement _callerAgreement;
    private SdpSession? _offer;
    private RingTimer? _reminder;
    private bool _callerTakesReliable;
    private bool _callerWantsReliable;
    private int _bestStatus;
    private int _bestRefusal; // as the phone said it
    private int _lastProvisional;
    private Leg? _heardEarly;
    private bool _isAnsweredEarly;
    private ReadOnlyMemory<byte> _saidEarly; // the answer that the caller has in a reliable response
    private bool _wasChangedEarly;
    private PendingPrack? _pendingPrack;

    /// <summary>Takes the caller's INVITE and rings every contact of the callee. The request is authenticated and routed.</summary>
    public void SetUp(Instant now, IncomingCall incoming)
    {
        _context.CurrentCall = this;
        _context.Accounts.Of(incoming.Caller).Calls++;
        (From, To, _offer) = (incoming.Caller.Number, incoming.Callee.Number, incoming.Offer);
        _recordingPolicy = RecordingPolicy.Decide(_context.Settings.Recording, incoming.Caller, incoming.Callee);
        _isRecordingWanted = _recordingPolicy.Mode == RecordMode.Always;
        Ledger.Owner = $"call {Key} from {From} to {To}";
        SipMessage request = incoming.Transaction.Request;
        _callerTakesReliable = request.HasToken(HeaderName.Supported, "100rel"u8);
        _callerWantsReliable = request.HasToken(HeaderName.Require, "100rel"u8);
        _callerTakesReliable |= _callerWantsReliable;
        Caller = new Leg(this, _context, isCaller: true, From, incoming.Transaction.LocalTag, System.Text.Encoding.UTF8.GetBytes(To), incoming.Transaction.Source) { Phone = incoming.Phone };
        Caller.Accept(incoming.Transaction, incoming.Dialog);
        _callerAgreement = incoming.Agreement;
        _callId = System.Text.Encoding.UTF8.GetString(Caller.CallId);
        _context.Counters.CallsSetUp++;
        List<(Leg Leg, InitialInvite Invite)> branches = [];
        foreach (Binding contact in incoming.Contacts)
        {
            if (Prepare(incoming, contact) is not { } branch)
            {
                _context.Log.CallSetUp(Key, _callId, _b2buaCallId, From, To, branches.Count);
                _context.Counters.CallsRefusedNoPorts++;
                if (!_context.MediaAddressFor(contact.Flow.Remote.Address).IsNone) // no way to this phone is no reason to refuse others
                {
                    _context.Admission.NoteExhausted(now, NoPortLeft);
                }
                End(now, EndReason.NoPorts);
                return;
            }
            branches.Add(branch);
        }
        _b2buaCallId = branches.Count > 0 ? System.Text.Encoding.ASCII.GetString(branches[0].Invite.CallId) : "";
        _context.Log.CallSetUp(Key, _callId, _b2buaCallId, From, To, branches.Count);
        ArmRing(now, request);
        foreach ((Leg leg, InitialInvite invite) in branches)
        {
            if (!IsOver && !leg.TryInvite(now, invite))
            {
                OnBranchFailed(now, leg, 513);
            }
        }
    }

    internal void OnProvisional(Instant now, Leg branch, int status, SdpSession? sdp, bool isReliable)
    {
        if (State is not (CallState.Routing or CallState.Ringing) || Caller?.Incoming is not { } invite)
        {
            return;
        }
        State = CallState.Ringing;
        ReadOnlyMemory<byte> body = default;
        if (sdp is not null && _offer is not null && (_heardEarly is null || _heardEarly == branch))
        {
            _heardEarly = branch; // U-42: several may play something, one is heard
            body = _wasChangedEarly ? default : MediaBridge.CarryAnswer(Caller.Media, branch.Media, _offer, sdp) ?? default;
        }
        if (MustWaitForOffer)
        {
            return;
        }
        if (status == _lastProvisional && body.IsEmpty && _callees.Count > 1)
        {
            return; // the caller has heard that it rings
        }
        _lastProvisional = status;
        // an answer that another branch may still change is not given reliably, so a caller that wants all reliably waits for it
        bool mayChange = BranchCount > 1;
        body = mayChange && _callerWantsReliable ? default : body;
        bool sendsReliably = _callerWantsReliable || (_callerTakesReliable && isReliable && (body.IsEmpty || !mayChange));
        bool isSaid = invite.Provisional(now, status, body, sendsReliably);
        if (sendsReliably && isReliable && isSaid && !body.IsEmpty)
        {
            (_isAnsweredEarly, _saidEarly) = (true, body);
        }
        _reminder?.Arm(now + RingingReminder);
    }

    /// <summary>An offer in a reliable provisional response: the caller's PRACK brings the answer (U-10).</summary>
    internal void OnEarlyOffer(Instant now, Leg branch, Dialog dialog, uint responseNumber, SdpSession offer)
    {
        if (State is not (CallState.Routing or CallState.Ringing) || Caller?.Incoming is not { } invite || _pendingPrack is not null
            || _earlyOfferer is not null || !_callerTakesReliable || _callees.Count > 1
            || MediaBridge.CarryOffer(branch.Media, Caller.Media, offer) is not { } body)
        {
            branch.Prack(now, dialog, responseNumber, default); // of several phones none was told that it may make an early offer
            return;
        }
        State = CallState.Ringing;
        _pendingPrack = new PendingPrack(branch, dialog, responseNumber, offer);
        _ = invite.Provisional(now, 183, body, isReliable: true);
    }

    /// <summary>The caller was made an early offer, and its PRACK has not come.</summary>
    internal bool AwaitsPrackAnswer => _pendingPrack is not null;

    internal void OnPrackAnswer(Instant now, Leg caller, SdpSession? answer)
    {
        if (_pendingPrack is { } pending && !IsOver)
        {
            _pendingPrack = null;
            ReadOnlyMemory<byte> body = answer is null ? default : MediaBridge.CarryAnswer(pending.Branch.Media, caller.Media, pending.Offer, answer) ?? default;
            _isAnsweredEarly = !body.IsEmpty;
            _earlyOfferer = _isAnsweredEarly ? pending.Dialog : null;
            pending.Branch.Prack(now, pending.Dialog, pending.ResponseNumber, body.Span);
        }
    }

    /// <summary>The first 2xx wins; everybody else is told that the call is taken (RFC 3261 16.7 step 10).</summary>
    internal void OnAnswered(Instant now, Leg branch, OutgoingInvite invite, SdpSession? sdp)
    {
        if (State is not (CallState.Routing or CallState.Ringing) || Caller is not { } caller)
        {
            return;
        }
        StopRinging(now);
        Callee = branch;
        foreach (Leg loser in _callees.ToArray())
        {
            if (loser != branch && Scope.Owns(loser))
            {
                loser.CancelInvite(now, EndReason.Elsewhere);
                Scope.ReleaseNow(loser, now);
            }
        }
        if (_offer is { } offer)
        {
            AnswerCaller(now, caller, branch, invite, offer, sdp);
        }
        else
        {
            OfferCaller(now, caller, branch, invite, sdp);
        }
    }

    internal void OnBranchFailed(Instant now, Leg branch, int status)
    {
        if (State is not (CallState.Routing or CallState.Ringing))
        {
            return;
        }
        _context.Log.BranchFailed(Key, _callId, _b2buaCallId, branch.Label, status);
        branch.MarkRefused();
        if (_pendingPrack?.Branch == branch)
        {
            _pendingPrack = null;
        }
        int shown = FinalResponses.Shown(status);
        if (_bestStatus == 0 || FinalResponses.Better(_bestStatus, shown) != _bestStatus)
        {
            (_bestStatus, _bestRefusal) = (shown, status);
        }
        if (status < 600 && BranchCount > 0)
        {
            Scope.ReleaseNow(branch, now);
            return;
        }
        End(now, EndReason.Rejected(_bestStatus, _bestRefusal, _offer));
    }

    internal void OnCancelled(Instant now, Leg leg)
    {
        if (leg.IsUp)
        {
            _negotiation?.Cancel(now);
            return;
        }
        End(now, EndReason.Cancelled(leg));
    }

    private (Leg, InitialInvite)? Prepare(IncomingCall incoming, Binding contact)
    {
        byte[] uri = System.Text.Encoding.UTF8.GetBytes(contact.Contact);
        SipFlow hop = _context.NextHops.Resolve(uri, contact.Flow);
        byte[] tag = _context.Entropy.HexBytes(8);
        var leg = new Leg(this, _context, isCaller: false, To, tag, incoming.IsAnonymous ? CallerPrivacy.ContactUser : System.Text.Encoding.UTF8.GetBytes(From), hop) { Phone = contact };
        _callees.Add(leg);
        ReadOnlyMemory<byte> sdp = default;
        if (_offer is not null)
        {
            if (MediaBridge.CarryOffer(Caller!.Media, leg.Media, _offer) is not { } carried)
            {
                return null;
            }
            sdp = carried;
        }
        string host = _context.SipEndpointFor(hop).Address.ToHost();
        return (leg, new InitialInvite
        {
            CallId = _context.Entropy.HexBytes(16),
            LocalTag = tag,
            RequestUri = SipUri.WithoutHeaders(uri).ToArray(),
            Hop = hop,
            Peer = new DialogPeer(To, contact.IsBehindProxy),
            From = incoming.IsAnonymous ? CallerPrivacy.Shown
                : System.Text.Encoding.UTF8.GetBytes($"{DisplayNames.Quote(incoming.Caller.Name)}<sip:{From}@{host}>"),
            To = System.Text.Encoding.UTF8.GetBytes($"<sip:{To}@{host}>"),
            ContactUser = leg.ContactUser,
            MaxForwards = incoming.MaxForwards,
            Sdp = sdp,
            Offers100Rel = _offer is not null || (_callerTakesReliable && incoming.Contacts.Count == 1),
        });
    }

    private void AnswerCaller(Instant now, Leg caller, Leg callee, OutgoingInvite invite, SdpSession offer, SdpSession? answer)
    {
        callee.Acknowledge(now, invite, default);
        if (_wasChangedEarly)
        {
            Establish(now, caller, callee, default); // what the 2xx may repeat is older than the UPDATE (RFC 3261 13.2.1)
            return;
        }
        if (answer is null || MediaBridge.CarryAnswer(caller.Media, callee.Media, offer, answer) is not { } body)
        {
            End(now, EndReason.NoAnswerSdp(callee));
            return;
        }
        callee.Media.Trim(now);
        caller.Media.Trim(now);
        Establish(now, caller, callee, body.Span.SequenceEqual(_saidEarly.Span) ? default : body); // it has this answer (RFC 6337 3.1.1)
    }

    /// <summary>The callee makes the offer; its ACK waits for the caller's answer (O-08).</summary>
    private void OfferCaller(Instant now, Leg caller, Leg callee, OutgoingInvite invite, SdpSession? offer)
    {
        if (_earlyOfferer == callee.Dialog)
        {
            callee.Acknowledge(now, invite, default); // offer and answer went through the provisional response
            Establish(now, caller, callee, default);
            return;
        }
        bool isSpokenFor = _earlyOfferer is not null || (_pendingPrack is { } pending && pending.Dialog != callee.Dialog);
        if (offer is null || isSpokenFor || !callee.Media.MayUse(offer))
        {
            End(now, EndReason.NoAnswerSdp(callee)); // the caller has an offer of another dialog, and a second one must not follow in the 2xx (RFC 3261 13.2.1)
            return;
        }
        if (MediaBridge.CarryOffer(callee.Media, caller.Media, offer) is not { } body)
        {
            _context.Counters.CallsRefusedNoPorts++;
            if (_context.Accounts.MayOpen(Account!, 2 * LegMedia.RelayedLines(offer)))
            {
                _context.Admission.NoteExhausted(now, NoPortLeft);
            }
            else
            {
                _context.Accounts.NoteLimited(now, Account!, "media ports");
            }
            End(now, EndReason.NoPorts);
            return;
        }
        _lateAnswer = new LateAnswer(offer, callee, invite);
        Establish(now, caller, callee, body);
    }

    private void Establish(Instant now, Leg caller, Leg callee, ReadOnlyMemory<byte> body)
    {
        State = CallState.Established;
        caller.Answer(now, body, _callerAgreement);
        if (!IsOver)
        {
            _context.Counters.CallsEstablished++;
            _answered = now;
            caller.Media.Watch();
            callee.Media.Watch();
            _context.Log.CallEstablished(Key, _callId, _b2buaCallId, callee.Media.Codec);
            ReviewRecording(now);
        }
    }

    private void ArmRing(Instant now, SipMessage request)
    {
        var ring = new RingTimer(Scope, _context.Timers, OnRingTimeout);
        ring.Arm(now + _context.Settings.RingTimeout);
        _ringTimers.Add(ring);
        _reminder = new RingTimer(Scope, _context.Timers, OnRingingReminder);
        _reminder.Arm(now + RingingReminder);
        _ringTimers.Add(_reminder);
        if (request.TryGetUInt32(HeaderName.Expires, out uint seconds) && seconds > 0)
        {
            var expires = new RingTimer(Scope, _context.Timers, OnInviteExpired);
            expires.Arm(now + TimeSpan.FromSeconds(Math.Min(seconds, 86400))); // C-26
            _ringTimers.Add(expires);
        }
    }

    private void StopRinging(Instant now)
    {
        foreach (RingTimer timer in _ringTimers)
        {
            Scope.ReleaseNow(timer, now);
        }
        _ringTimers.Clear();
        _reminder = null;
    }

    private void OnRingTimeout(Instant now)
    {
        _context.CurrentCall = this;
        var reason = EndReason.NoAnswer(_context.Settings.RingTimeout, rang: _lastProvisional > 0);
        End(now, reason with { CallerStatus = FinalResponses.Better(_bestStatus, reason.CallerStatus) }); // another phone may have been busy
    }

    private void OnInviteExpired(Instant now)
    {
        _context.CurrentCall = this;
        End(now, EndReason.Expires);
    }

    /// <summary>A proxy on the way forgets a call that is silent for three minutes (RFC 3261 13.3.1.1, C-26).</summary>
    private void OnRingingReminder(Instant now)
    {
        _context.CurrentCall = this;
        if (Caller?.Incoming is { } invite && !MustWaitForOffer)
        {
            int status = _lastProvisional > 0 ? _lastProvisional : 183; // a 100 goes no further than the next proxy
            _ = invite.Provisional(now, status, default, _callerWantsReliable);
            _reminder?.Arm(now + RingingReminder);
        }
    }

    /// <summary>The first reliable response would have to make the offer (RFC 3262 5), and nobody has made one yet.</summary>
    private bool MustWaitForOffer => _callerWantsReliable && _offer is null;

    /// <summary>How many phones may still answer.</summary>
    private int BranchCount
    {
        get
        {
            int count = 0;
            foreach (Leg leg in _callees)
            {
                count += MayAnswer(leg) ? 1 : 0;
            }
            return count;
        }
    }

    private static bool MayAnswer(Leg leg) => leg.State is LegState.Inviting or LegState.Early;

    private readonly List<RingTimer> _ringTimers = [];
    private Dialog? _earlyOfferer; // whose offer in a provisional response the caller's PRACK has answered

    private sealed record PendingPrack(Leg Branch, Dialog Dialog, uint ResponseNumber, SdpSession Offer);
}
