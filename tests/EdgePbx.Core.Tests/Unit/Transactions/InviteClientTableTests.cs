using static EdgePbx.Core.InviteClientTable;

namespace EdgePbx.Core.Tests;

public class InviteClientTableTests
{
    /// <summary>RFC 6026 section 8.4, figure 5. A pair that the figure does not draw changes nothing.</summary>
    private static readonly (State State, Input Input, State Next, Act Do)[] Figure5 =
    [
        (State.Calling, Input.Provisional, State.Proceeding, Act.StopAB | Act.ToUser),
        (State.Calling, Input.Success, State.Accepted, Act.StopAB | Act.ArmM | Act.ToUser),
        (State.Calling, Input.Failure, State.Completed, Act.StopAB | Act.SendAck | Act.ArmD | Act.ToUser),
        (State.Calling, Input.TimerA, State.Calling, Act.Resend | Act.ArmA),
        (State.Calling, Input.TimerB, State.Terminated, Act.TimeoutToUser),
        (State.Calling, Input.TimerD, State.Calling, Act.None),
        (State.Calling, Input.TimerM, State.Calling, Act.None),
        (State.Calling, Input.TransportError, State.Terminated, Act.ErrorToUser),

        (State.Proceeding, Input.Provisional, State.Proceeding, Act.ToUser),
        (State.Proceeding, Input.Success, State.Accepted, Act.ArmM | Act.ToUser),
        (State.Proceeding, Input.Failure, State.Completed, Act.SendAck | Act.ArmD | Act.ToUser),
        (State.Proceeding, Input.TimerA, State.Proceeding, Act.None),
        (State.Proceeding, Input.TimerB, State.Proceeding, Act.None),
        (State.Proceeding, Input.TimerD, State.Proceeding, Act.None),
        (State.Proceeding, Input.TimerM, State.Proceeding, Act.None),
        (State.Proceeding, Input.TransportError, State.Proceeding, Act.None),

        (State.Accepted, Input.Provisional, State.Accepted, Act.None),
        (State.Accepted, Input.Success, State.Accepted, Act.ToUser),
        (State.Accepted, Input.Failure, State.Accepted, Act.None),
        (State.Accepted, Input.TimerA, State.Accepted, Act.None),
        (State.Accepted, Input.TimerB, State.Accepted, Act.None),
        (State.Accepted, Input.TimerD, State.Accepted, Act.None),
        (State.Accepted, Input.TimerM, State.Terminated, Act.None),
        (State.Accepted, Input.TransportError, State.Accepted, Act.None),

        (State.Completed, Input.Provisional, State.Completed, Act.None),
        (State.Completed, Input.Success, State.Completed, Act.None),
        (State.Completed, Input.Failure, State.Completed, Act.SendAck),
        (State.Completed, Input.TimerA, State.Completed, Act.None),
        (State.Completed, Input.TimerB, State.Completed, Act.None),
        (State.Completed, Input.TimerD, State.Terminated, Act.None),
        (State.Completed, Input.TimerM, State.Completed, Act.None),
        (State.Completed, Input.TransportError, State.Terminated, Act.ErrorToUser),

        (State.Terminated, Input.Provisional, State.Terminated, Act.None),
        (State.Terminated, Input.Success, State.Terminated, Act.None),
        (State.Terminated, Input.Failure, State.Terminated, Act.None),
        (State.Terminated, Input.TimerA, State.Terminated, Act.None),
        (State.Terminated, Input.TimerB, State.Terminated, Act.None),
        (State.Terminated, Input.TimerD, State.Terminated, Act.None),
        (State.Terminated, Input.TimerM, State.Terminated, Act.None),
        (State.Terminated, Input.TransportError, State.Terminated, Act.None),
    ];

    [Fact]
    [Trait("Clause", "U-02")]
    public void Every_row_is_a_line_of_figure_5() => TransactionFigures.AssertMatches(Figure5, Step);
}
