using static EdgePbx.Core.InviteClientTable;

namespace EdgePbx.Core;

/// <summary>An INVITE that we sent.</summary>
internal sealed class InviteClientTransaction : ClientTransaction, ITimerOwner
{
    private readonly OwnedTimer _retransmit; // A
    private readonly OwnedTimer _end;        // B, then D or M
    private State _state = State.Calling;
    private TimeSpan _interval = SipTimers.T1;
    private SipBuffer? _ack;

    public InviteClientTransaction(TransactionLayer layer, ulong name, SipBuffer request, SipMessage message, in SipFlow destination, IClientTransactionUser? user)
        : base(layer, name, request, message, destination, user)
    {
        _retransmit = new OwnedTimer(layer.Timers, TimerKind.Transaction, this);
        _end = new OwnedTimer(layer.Timers, TimerKind.Transaction, this);
    }

    public override bool HasTerminated => _state == State.Terminated;
    public override bool HasFinalResponse => _state is State.Accepted or State.Completed or State.Terminated;

    /// <summary>CANCEL may be sent only now (RFC 3261 9.1).</summary>
    public bool IsProceeding => _state == State.Proceeding;

    /// <summary>There was a 2xx; copies of it, and those of other phones behind a fork, may come for a while (RFC 6026 7.2).</summary>
    public bool IsAccepted => _state == State.Accepted;

    public override int Buffers => base.Buffers + (_ack is null ? 0 : 1);

    public override void Start(Instant now)
    {
        SendRequest();
        _interval = SipTimers.T1;
        if (!_end.IsArmed)
        {
            _end.Arm(now + SipTimers.Timeout); // a trial over TCP is part of the time that it has (RFC 3261 17.1.1.2)
        }
        if (TriesTcp)
        {
            _retransmit.Arm(now + SipTimers.TcpTrial);
        }
        else if (!IsReliable)
        {
            ArmRetransmit(now);
        }
    }

    public override void OnResponse(Instant now, SipMessage response, in SipFlow source)
    {
        Input input = response.StatusCode < 200 ? Input.Provisional : response.StatusCode < 300 ? Input.Success : Input.Failure;
        Step(now, input, response, source);
    }

    public override void Terminate(Instant now)
    {
        if (!HasTerminated)
        {
            End(now);
        }
    }

    /// <summary>Its user waits for nothing any more and leaves the ACK here, which copies of the 2xx get.</summary>
    /// <param name="tag">The To tag of the 2xx.</param>
    /// <param name="lastCSeq">The highest number that was sent in an early dialog of it.</param>
    public void LetGo(Instant now, ReadOnlySpan<byte> ack, in SipFlow hop, ReadOnlySpan<byte> tag, uint lastCSeq)
    {
        Layer.RememberAck(now, new RememberedRequest { Name = Name, Number = Number, Ledger = Ledger, Flow = hop, LastCSeq = lastCSeq }, tag, ack);
        End(now, isRemembered: true);
    }

    void ITimerOwner.OnFired(Instant now, OwnedTimer timer)
    {
        if (timer == _retransmit && IsReliable)
        {
            GiveUpTcp(now);
            return;
        }
        Step(now, timer == _retransmit ? Input.TimerA : _state switch
        {
            State.Calling => Input.TimerB,
            State.Accepted => Input.TimerM,
            _ => Input.TimerD,
        });
    }

    protected override void ChargeTimersTo(CallLedger ledger)
    {
        _retransmit.ChargeTo(ledger);
        _end.ChargeTo(ledger);
    }

    protected override void OnTransportError(Instant now) => Step(now, Input.TransportError);

    protected override void CancelRetransmit() => _retransmit.Cancel();

    private void Step(Instant now, Input input, SipMessage? response = null, in SipFlow source = default)
    {
        (State next, Act act) = InviteClientTable.Step(_state, input);
        _state = next;
        if ((act & Act.Resend) != 0)
        {
            SendRequest();
        }
        ArmTimers(now, act);
        if ((act & Act.SendAck) != 0 && response is not null)
        {
            _ack ??= Layer.WriteAckToFailure(this, response).ChargeTo(Ledger);
            Layer.SendRequest(this, _ack.Span);
        }
        if ((act & Act.ToUser) != 0 && response is not null)
        {
            User?.OnResponse(now, this, response, source);
        }
        if ((act & (Act.TimeoutToUser | Act.ErrorToUser)) != 0)
        {
            User?.OnFailed(now, this, (act & Act.TimeoutToUser) != 0 ? 408 : 503);
        }
        if (next == State.Terminated)
        {
            End(now);
        }
        else if (next == State.Completed)
        {
            ForgetRequest();
        }
    }

    private void ArmTimers(Instant now, Act act)
    {
        if ((act & Act.StopAB) != 0)
        {
            _retransmit.Cancel();
            _end.Cancel();
        }
        if ((act & Act.ArmA) != 0)
        {
            ArmRetransmit(now);
        }
        if ((act & Act.ArmM) != 0)
        {
            _end.Arm(now + SipTimers.Timeout);
        }
        if ((act & Act.ArmD) != 0)
        {
            _end.Arm(IsReliable ? now : now + SipTimers.D);
        }
    }

    private void ArmRetransmit(Instant now)
    {
        _retransmit.Arm(now + _interval);
        _interval = 2 * _interval; // timer A doubles without a ceiling; timer B ends it
    }

    private void End(Instant now, bool isRemembered = false)
    {
        _state = State.Terminated;
        _retransmit.Cancel();
        _end.Cancel();
        _ack?.Return();
        _ack = null;
        Release(now, isRemembered);
    }
}
