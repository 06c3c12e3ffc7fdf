using static EdgePbx.Core.NonInviteServerTable;

namespace EdgePbx.Core.Tests;

public class NonInviteServerTableTests
{
    /// <summary>RFC 3261 section 17.2.2, figure 8. A pair that the figure does not draw changes nothing.</summary>
    private static readonly (State State, Input Input, State Next, Act Do)[] Figure8 =
    [
        (State.Trying, Input.Request, State.Trying, Act.None),
        (State.Trying, Input.Provisional, State.Proceeding, Act.Send),
        (State.Trying, Input.Final, State.Completed, Act.Send | Act.ArmJ),
        (State.Trying, Input.TimerJ, State.Trying, Act.None),
        (State.Trying, Input.TransportError, State.Trying, Act.None),

        (State.Proceeding, Input.Request, State.Proceeding, Act.Resend),
        (State.Proceeding, Input.Provisional, State.Proceeding, Act.Send),
        (State.Proceeding, Input.Final, State.Completed, Act.Send | Act.ArmJ),
        (State.Proceeding, Input.TimerJ, State.Proceeding, Act.None),
        (State.Proceeding, Input.TransportError, State.Terminated, Act.FailToUser),

        (State.Completed, Input.Request, State.Completed, Act.Resend),
        (State.Completed, Input.Provisional, State.Completed, Act.None),
        (State.Completed, Input.Final, State.Completed, Act.None),
        (State.Completed, Input.TimerJ, State.Terminated, Act.None),
        (State.Completed, Input.TransportError, State.Terminated, Act.FailToUser),

        (State.Terminated, Input.Request, State.Terminated, Act.None),
        (State.Terminated, Input.Provisional, State.Terminated, Act.None),
        (State.Terminated, Input.Final, State.Terminated, Act.None),
        (State.Terminated, Input.TimerJ, State.Terminated, Act.None),
        (State.Terminated, Input.TransportError, State.Terminated, Act.None),
    ];

    [Fact]
    public void Every_row_is_a_line_of_figure_8() => TransactionFigures.AssertMatches(Figure8, Step);
}
