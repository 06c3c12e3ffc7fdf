using static EdgePbx.Core.NonInviteClientTable;

namespace EdgePbx.Core;

/// <summary>Any request but INVITE and ACK that we sent.</summary>
internal sealed class NonInviteClientTransaction : ClientTransaction, ITimerOwner
{
    private readonly OwnedTimer _retransmit; // E
    private readonly OwnedTimer _end;        // F, then K
    private State _state = State.Trying;
    private TimeSpan _interval = SipTimers.T1;

    public NonInviteClientTransaction(TransactionLayer layer, ulong name, SipBuffer request, SipMessage message, in SipFlow destination, IClientTransactionUser? user)
        : base(layer, name, request, message, destination, user)
    {
        _retransmit = new OwnedTimer(layer.Timers, TimerKind.Transaction, this);
        _end = new OwnedTimer(layer.Timers, TimerKind.Transaction, this);
    }

    public override bool HasTerminated => _state == State.Terminated;
    public override bool HasFinalResponse => _state is State.Completed or State.Terminated;

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
            _retransmit.Arm(now + _interval);
        }
    }

    public override void OnResponse(Instant now, SipMessage response, in SipFlow source) =>
        Step(now, response.StatusCode < 200 ? Input.Provisional : Input.Final, response, source);

    public override void Terminate(Instant now)
    {
        if (!HasTerminated)
        {
            End(now);
        }
    }

    void ITimerOwner.OnFired(Instant now, OwnedTimer timer)
    {
        if (timer == _retransmit && IsReliable)
        {
            GiveUpTcp(now);
            return;
        }
        Step(now, timer == _retransmit ? Input.TimerE : _state == State.Completed ? Input.TimerK : Input.TimerF);
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
        (State next, Act act) = NonInviteClientTable.Step(_state, input);
        _state = next;
        if ((act & Act.Resend) != 0)
        {
            SendRequest();
        }
        ArmTimers(now, act);
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
        if ((act & Act.StopEF) != 0)
        {
            _retransmit.Cancel();
            _end.Cancel();
        }
        if ((act & Act.ArmE) != 0)
        {
            _interval = TimeSpan.FromTicks(Math.Min(2 * _interval.Ticks, SipTimers.T2.Ticks));
            _retransmit.Arm(now + _interval);
        }
        if ((act & Act.ArmEAtT2) != 0)
        {
            _retransmit.Arm(now + SipTimers.T2);
        }
        if ((act & Act.ArmK) != 0)
        {
            _end.Arm(IsReliable ? now : now + SipTimers.T4);
        }
    }

    private void End(Instant now)
    {
        _state = State.Terminated;
        _retransmit.Cancel();
        _end.Cancel();
        Release(now);
    }
}
