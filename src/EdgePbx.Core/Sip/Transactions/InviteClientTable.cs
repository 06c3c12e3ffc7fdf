namespace EdgePbx.Core;

/// <summary>RFC 3261 section 17.1.1, figure 5, as amended by RFC 6026 section 7.2.</summary>
internal static class InviteClientTable
{
    internal enum State : byte { Calling, Proceeding, Accepted, Completed, Terminated }

    internal enum Input : byte { Provisional, Success, Failure, TimerA, TimerB, TimerD, TimerM, TransportError }

    [Flags]
    internal enum Act : ushort
    {
        None = 0, Resend = 1, ToUser = 2, SendAck = 4, TimeoutToUser = 8, ErrorToUser = 16,
        ArmA = 32, ArmD = 64, ArmM = 128, StopAB = 256,
    }

    internal static (State Next, Act Do) Step(State state, Input input) => (state, input) switch
    {
        (State.Calling, Input.TimerA) => (State.Calling, Act.Resend | Act.ArmA),
        (State.Calling, Input.TimerB) => (State.Terminated, Act.TimeoutToUser),
        (State.Calling, Input.TransportError) => (State.Terminated, Act.ErrorToUser),
        (State.Calling, Input.Provisional) => (State.Proceeding, Act.StopAB | Act.ToUser),
        (State.Calling, Input.Success) => (State.Accepted, Act.StopAB | Act.ArmM | Act.ToUser),
        (State.Calling, Input.Failure) => (State.Completed, Act.StopAB | Act.SendAck | Act.ArmD | Act.ToUser),

        (State.Proceeding, Input.Provisional) => (State.Proceeding, Act.ToUser),
        (State.Proceeding, Input.Success) => (State.Accepted, Act.ArmM | Act.ToUser),
        (State.Proceeding, Input.Failure) => (State.Completed, Act.SendAck | Act.ArmD | Act.ToUser),

        (State.Accepted, Input.Success) => (State.Accepted, Act.ToUser),
        (State.Accepted, Input.TimerM) => (State.Terminated, Act.None),

        (State.Completed, Input.Failure) => (State.Completed, Act.SendAck),
        (State.Completed, Input.TimerD) => (State.Terminated, Act.None),
        (State.Completed, Input.TransportError) => (State.Terminated, Act.ErrorToUser),
        _ => (state, Act.None),
    };
}
