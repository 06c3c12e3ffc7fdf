namespace EdgePbx.Core;

/// <summary>RFC 3261 section 17.1.2, figure 6.</summary>
internal static class NonInviteClientTable
{
    internal enum State : byte { Trying, Proceeding, Completed, Terminated }

    internal enum Input : byte { Provisional, Final, TimerE, TimerF, TimerK, TransportError }

    [Flags]
    internal enum Act : byte
    {
        None = 0, Resend = 1, ToUser = 2, TimeoutToUser = 4, ErrorToUser = 8,
        ArmE = 16, ArmEAtT2 = 32, ArmK = 64, StopEF = 128,
    }

    internal static (State Next, Act Do) Step(State state, Input input) => (state, input) switch
    {
        (State.Trying, Input.TimerE) => (State.Trying, Act.Resend | Act.ArmE),
        (State.Trying, Input.TimerF) => (State.Terminated, Act.TimeoutToUser),
        (State.Trying, Input.TransportError) => (State.Terminated, Act.ErrorToUser),
        (State.Trying, Input.Provisional) => (State.Proceeding, Act.ToUser),
        (State.Trying, Input.Final) => (State.Completed, Act.StopEF | Act.ArmK | Act.ToUser),

        (State.Proceeding, Input.TimerE) => (State.Proceeding, Act.Resend | Act.ArmEAtT2),
        (State.Proceeding, Input.TimerF) => (State.Terminated, Act.TimeoutToUser),
        (State.Proceeding, Input.TransportError) => (State.Terminated, Act.ErrorToUser),
        (State.Proceeding, Input.Provisional) => (State.Proceeding, Act.ToUser),
        (State.Proceeding, Input.Final) => (State.Completed, Act.StopEF | Act.ArmK | Act.ToUser),

        (State.Completed, Input.TimerK) => (State.Terminated, Act.None),
        _ => (state, Act.None),
    };
}
