using static EdgePbx.Core.NonInviteServerTable;

namespace EdgePbx.Core;

/// <summary>Any request but INVITE and ACK that we received.</summary>
internal sealed class NonInviteServerTransaction : ServerTransaction, ITimerOwner
{
    private readonly OwnedTimer _end; // J
    private State _state = State.Trying;

    public NonInviteServerTransaction(TransactionLayer layer, ulong name, SipMessage request, in SipFlow source)
        : base(layer, name, request, source)
    {
        _end = new OwnedTimer(layer.Timers, TimerKind.Transaction, this);
    }

    public override bool HasFinalResponse => _state is State.Completed or State.Terminated;
    public override bool HasTerminated => _state == State.Terminated;

    public override bool IsOnlyRemembered => _state == State.Completed && !IsReliable && User is null;

    public override void OnRetransmission(Instant now, in SipFlow source)
    {
        Follow(source);
        Step(now, Input.Request);
    }

    public override void OnAck(Instant now, SipMessage ack)
    {
        // an ACK never matches a non-INVITE transaction: its key is the INVITE's
    }

    public override void Respond(Instant now, int status, SipBuffer response)
    {
        if (HasFinalResponse)
        {
            response.Return();
            return;
        }
        Keep(status, response);
        Step(now, status < 200 ? Input.Provisional : Input.Final);
    }

    public override void Terminate(Instant now)
    {
        if (!HasTerminated)
        {
            End(now);
        }
    }

    public override void HandOver(Instant now, RememberedRequests remembered)
    {
        remembered.Add(now, ToRemembered(IsRegister ? RememberedKind.Registered : RememberedKind.Answered), LastResponse);
        End(now, isRemembered: true);
    }

    void ITimerOwner.OnFired(Instant now, OwnedTimer timer) => Step(now, Input.TimerJ);

    protected override void ChargeTimersTo(CallLedger ledger) => _end.ChargeTo(ledger);

    private void Step(Instant now, Input input)
    {
        (State next, Act act) = NonInviteServerTable.Step(_state, input);
        _state = next;
        if ((act & (Act.Send | Act.Resend)) != 0)
        {
            SendLast();
        }
        if ((act & Act.ArmJ) != 0)
        {
            _end.Arm(IsReliable ? now : now + SipTimers.Timeout);
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

    private void End(Instant now, bool isRemembered = false)
    {
        _state = State.Terminated;
        _end.Cancel();
        Release(now, isRemembered);
    }
}
