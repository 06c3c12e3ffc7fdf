namespace EdgePbx.Core;

/// <summary>RFC 3261 section 17.2.1, figure 7, as amended by RFC 6026 section 7.1.</summary>
internal static class InviteServerTable
{
    internal enum State : byte { Proceeding, Accepted, Completed, Confirmed, Terminated }

    internal enum Input : byte { Invite, Ack, Provisional, Success, Failure, TimerG, TimerH, TimerI, TimerL, TransportError }

    [Flags]
    internal enum Act : ushort
    {
        None = 0, Send = 1, Resend = 2, AckToUser = 4, Absorb = 8, FailToUser = 16,
        ArmG = 32, ArmH = 64, ArmI = 128, ArmL = 256, StopG = 512, ConfirmedToUser = 1024,
    }

    internal static (State Next, Act Do) Step(State state, Input input) => (state, input) switch
    {
        (State.Proceeding, Input.Invite) => (State.Proceeding, Act.Resend | Act.Absorb),
        (State.Proceeding, Input.Provisional) => (State.Proceeding, Act.Send),
        (State.Proceeding, Input.Success) => (State.Accepted, Act.Send | Act.ArmL),
        (State.Proceeding, Input.Failure) => (State.Completed, Act.Send | Act.ArmG | Act.ArmH),
        (State.Proceeding, Input.TransportError) => (State.Proceeding, Act.FailToUser), // a copy of the INVITE must stay a copy

        (State.Accepted, Input.Invite) => (State.Accepted, Act.Absorb),
        (State.Accepted, Input.Success) => (State.Accepted, Act.Send),
        (State.Accepted, Input.Ack) => (State.Accepted, Act.AckToUser),
        (State.Accepted, Input.TimerL) => (State.Terminated, Act.None),
        (State.Accepted, Input.TransportError) => (State.Accepted, Act.FailToUser),

        (State.Completed, Input.Invite) => (State.Completed, Act.Resend | Act.Absorb),
        (State.Completed, Input.TimerG) => (State.Completed, Act.Resend | Act.ArmG),
        (State.Completed, Input.TimerH) => (State.Terminated, Act.FailToUser),
        (State.Completed, Input.Ack) => (State.Confirmed, Act.StopG | Act.ArmI | Act.ConfirmedToUser),
        (State.Completed, Input.TransportError) => (State.Completed, Act.FailToUser),

        (State.Confirmed, Input.Invite) => (State.Confirmed, Act.Absorb),
        (State.Confirmed, Input.TimerI) => (State.Terminated, Act.None),
        _ => (state, Act.None),
    };
}
