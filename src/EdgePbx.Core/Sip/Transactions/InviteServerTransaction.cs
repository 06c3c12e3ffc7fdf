using static EdgePbx.Core.InviteServerTable;

namespace EdgePbx.Core;

/// <summary>An INVITE that we received. The table decides; this class carries it out.</summary>
internal sealed class InviteServerTransaction : ServerTransaction, ITimerOwner
{
    private readonly OwnedTimer _retransmit; // G
    private readonly OwnedTimer _end;        // H, then I; or L
    private State _state = State.Proceeding;
    private TimeSpan _interval = SipTimers.T1;

    public InviteServerTransaction(TransactionLayer layer, ulong name, SipMessage request, in SipFlow source)
        : base(layer, name, request, source)
    {
        _retransmit = new OwnedTimer(layer.Timers, TimerKind.Transaction, this);
        _end = new OwnedTimer(layer.Timers, TimerKind.Transaction, this);
    }

    public override bool HasFinalResponse => _state is not State.Proceeding;
    public override bool HasTerminated => _state == State.Terminated;
    public override bool AwaitsAck => _state == State.Completed;
    public bool IsAccepted => _state == State.Accepted;

    public override bool IsOnlyRemembered => IsAccepted && User is null;

    public override void OnRetransmission(Instant now, in SipFlow source)
    {
        Follow(source);
        Step(now, Input.Invite);
    }

    public override void OnAck(Instant now, SipMessage ack) => Step(now, Input.Ack, ack);

    public override void Respond(Instant now, int status, SipBuffer response)
    {
        if (HasTerminated || (HasFinalResponse && !(IsAccepted && status is >= 200 and < 300)))
        {
            response.Return(); // one final response only; the TU's repeated 2xx is the exception
            return;
        }
        Keep(status, response);
        Step(now, status < 200 ? Input.Provisional : status < 300 ? Input.Success : Input.Failure);
        if (IsAccepted)
        {
            ForgetResponse();
        }
    }

    public override void Terminate(Instant now)
    {
        if (!HasTerminated)
        {
            Step(now, Input.TransportError);
            if (!HasTerminated)
            {
                End(now);
            }
        }
    }

    public override void HandOver(Instant now, RememberedRequests remembered)
    {
        remembered.Add(now, ToRemembered(RememberedKind.Accepted), LocalTag);
        End(now, isRemembered: true);
    }

    protected override void ChargeTimersTo(CallLedger ledger)
    {
        _retransmit.ChargeTo(ledger);
        _end.ChargeTo(ledger);
    }

    void ITimerOwner.OnFired(Instant now, OwnedTimer timer) => Step(now, timer == _retransmit ? Input.TimerG : _state switch
    {
        State.Accepted => Input.TimerL,
        State.Completed => Input.TimerH,
        _ => Input.TimerI,
    });

    private void Step(Instant now, Input input, SipMessage? ack = null)
    {
        (State next, Act act) = InviteServerTable.Step(_state, input);
        _state = next;
        if ((act & Act.Absorb) != 0)
        {
            Layer.OnInviteRetransmissionAbsorbed(now);
        }
        if ((act & (Act.Send | Act.Resend)) != 0)
        {
            SendLast();
        }
        ArmTimers(now, act);
        if ((act & Act.AckToUser) != 0 && ack is not null)
        {
            User?.OnAck(now, this, ack);
        }
        if ((act & Act.ConfirmedToUser) != 0)
        {
            Layer.ForgetMerge(this); // the peer is done with it: the same names in another request are a new one
            User?.OnConfirmed(now, this);
        }
        if ((act & Act.FailToUser) != 0)
        {
            User?.OnFailed(now, this);
        }
        if (next == State.Terminated)
        {
            End(now);
        }
    }

    private void ArmTimers(Instant now, Act act)
    {
        if ((act & Act.StopG) != 0)
        {
            _retransmit.Cancel();
        }
        if ((act & Act.ArmG) != 0 && !IsReliable)
        {
            _retransmit.Arm(now + _interval);
            _interval = TimeSpan.FromTicks(Math.Min(2 * _interval.Ticks, SipTimers.T2.Ticks));
        }
        if ((act & (Act.ArmH | Act.ArmL)) != 0)
        {
            _end.Arm(now + SipTimers.Timeout);
        }
        if ((act & Act.ArmI) != 0)
        {
            _end.Arm(IsReliable ? now : now + SipTimers.T4);
        }
    }

    private void End(Instant now, bool isRemembered = false)
    {
        _state = State.Terminated;
        _retransmit.Cancel();
        _end.Cancel();
        Release(now, isRemembered);
    }
}
