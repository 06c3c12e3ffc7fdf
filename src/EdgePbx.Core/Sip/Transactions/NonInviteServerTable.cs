namespace EdgePbx.Core;

/// <summary>RFC 3261 section 17.2.2, figure 8.</summary>
internal static class NonInviteServerTable
{
    internal enum State : byte { Trying, Proceeding, Completed, Terminated }

    internal enum Input : byte { Request, Provisional, Final, TimerJ, TransportError }

    [Flags]
    internal enum Act : byte { None = 0, Send = 1, Resend = 2, ArmJ = 4, FailToUser = 8 }

    internal static (State Next, Act Do) Step(State state, Input input) => (state, input) switch
    {
        (State.Trying, Input.Provisional) => (State.Proceeding, Act.Send),
        (State.Trying, Input.Final) => (State.Completed, Act.Send | Act.ArmJ),

        (State.Proceeding, Input.Request) => (State.Proceeding, Act.Resend),
        (State.Proceeding, Input.Provisional) => (State.Proceeding, Act.Send),
        (State.Proceeding, Input.Final) => (State.Completed, Act.Send | Act.ArmJ),
        (State.Proceeding, Input.TransportError) => (State.Terminated, Act.FailToUser),

        (State.Completed, Input.Request) => (State.Completed, Act.Resend),
        (State.Completed, Input.TimerJ) => (State.Terminated, Act.None),
        (State.Completed, Input.TransportError) => (State.Terminated, Act.FailToUser),
        _ => (state, Act.None),
    };
}
