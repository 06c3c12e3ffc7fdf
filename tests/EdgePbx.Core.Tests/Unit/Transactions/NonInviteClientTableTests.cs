using static EdgePbx.Core.NonInviteClientTable;

namespace EdgePbx.Core.Tests;

public class NonInviteClientTableTests
{
    /// <summary>RFC 3261 section 17.1.2, figure 6. A pair that the figure does not draw changes nothing.</summary>
    private static readonly (State State, Input Input, State Next, Act Do)[] Figure6 =
    [
        (State.Trying, Input.Provisional, State.Proceeding, Act.ToUser),
        (State.Trying, Input.Final, State.Completed, Act.StopEF | Act.ArmK | Act.ToUser),
        (State.Trying, Input.TimerE, State.Trying, Act.Resend | Act.ArmE),
        (State.Trying, Input.TimerF, State.Terminated, Act.TimeoutToUser),
        (State.Trying, Input.TimerK, State.Trying, Act.None),
        (State.Trying, Input.TransportError, State.Terminated, Act.ErrorToUser),

        (State.Proceeding, Input.Provisional, State.Proceeding, Act.ToUser),
        (State.Proceeding, Input.Final, State.Completed, Act.StopEF | Act.ArmK | Act.ToUser),
        (State.Proceeding, Input.TimerE, State.Proceeding, Act.Resend | Act.ArmEAtT2),
        (State.Proceeding, Input.TimerF, State.Terminated, Act.TimeoutToUser),
        (State.Proceeding, Input.TimerK, State.Proceeding, Act.None),
        (State.Proceeding, Input.TransportError, State.Terminated, Act.ErrorToUser),

        (State.Completed, Input.Provisional, State.Completed, Act.None),
        (State.Completed, Input.Final, State.Completed, Act.None),
        (State.Completed, Input.TimerE, State.Completed, Act.None),
        (State.Completed, Input.TimerF, State.Completed, Act.None),
        (State.Completed, Input.TimerK, State.Terminated, Act.None),
        (State.Completed, Input.TransportError, State.Completed, Act.None),

        (State.Terminated, Input.Provisional, State.Terminated, Act.None),
        (State.Terminated, Input.Final, State.Terminated, Act.None),
        (State.Terminated, Input.TimerE, State.Terminated, Act.None),
        (State.Terminated, Input.TimerF, State.Terminated, Act.None),
        (State.Terminated, Input.TimerK, State.Terminated, Act.None),
        (State.Terminated, Input.TransportError, State.Terminated, Act.None),
    ];

    [Fact]
    [Trait("Clause", "C-38")]
    public void Every_row_is_a_line_of_figure_6() => TransactionFigures.AssertMatches(Figure6, Step);
}
