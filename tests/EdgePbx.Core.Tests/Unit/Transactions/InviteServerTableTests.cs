using static EdgePbx.Core.InviteServerTable;

namespace EdgePbx.Core.Tests;

public class InviteServerTableTests
{
    /// <summary>
    /// RFC 6026 section 8.6, figure 7: a transport error leaves the state as it is, so that a copy of the INVITE stays a
    /// copy. A pair that the figure does not draw changes nothing.
    /// </summary>
    private static readonly (State State, Input Input, State Next, Act Do)[] Figure7 =
    [
        (State.Proceeding, Input.Invite, State.Proceeding, Act.Resend | Act.Absorb),
        (State.Proceeding, Input.Ack, State.Proceeding, Act.None),
        (State.Proceeding, Input.Provisional, State.Proceeding, Act.Send),
        (State.Proceeding, Input.Success, State.Accepted, Act.Send | Act.ArmL),
        (State.Proceeding, Input.Failure, State.Completed, Act.Send | Act.ArmG | Act.ArmH),
        (State.Proceeding, Input.TimerG, State.Proceeding, Act.None),
        (State.Proceeding, Input.TimerH, State.Proceeding, Act.None),
        (State.Proceeding, Input.TimerI, State.Proceeding, Act.None),
        (State.Proceeding, Input.TimerL, State.Proceeding, Act.None),
        (State.Proceeding, Input.TransportError, State.Proceeding, Act.FailToUser),

        (State.Accepted, Input.Invite, State.Accepted, Act.Absorb),
        (State.Accepted, Input.Ack, State.Accepted, Act.AckToUser),
        (State.Accepted, Input.Provisional, State.Accepted, Act.None),
        (State.Accepted, Input.Success, State.Accepted, Act.Send),
        (State.Accepted, Input.Failure, State.Accepted, Act.None),
        (State.Accepted, Input.TimerG, State.Accepted, Act.None),
        (State.Accepted, Input.TimerH, State.Accepted, Act.None),
        (State.Accepted, Input.TimerI, State.Accepted, Act.None),
        (State.Accepted, Input.TimerL, State.Terminated, Act.None),
        (State.Accepted, Input.TransportError, State.Accepted, Act.FailToUser),

        (State.Completed, Input.Invite, State.Completed, Act.Resend | Act.Absorb),
        (State.Completed, Input.Ack, State.Confirmed, Act.StopG | Act.ArmI | Act.ConfirmedToUser),
        (State.Completed, Input.Provisional, State.Completed, Act.None),
        (State.Completed, Input.Success, State.Completed, Act.None),
        (State.Completed, Input.Failure, State.Completed, Act.None),
        (State.Completed, Input.TimerG, State.Completed, Act.Resend | Act.ArmG),
        (State.Completed, Input.TimerH, State.Terminated, Act.FailToUser),
        (State.Completed, Input.TimerI, State.Completed, Act.None),
        (State.Completed, Input.TimerL, State.Completed, Act.None),
        (State.Completed, Input.TransportError, State.Completed, Act.FailToUser),

        (State.Confirmed, Input.Invite, State.Confirmed, Act.Absorb),
        (State.Confirmed, Input.Ack, State.Confirmed, Act.None),
        (State.Confirmed, Input.Provisional, State.Confirmed, Act.None),
        (State.Confirmed, Input.Success, State.Confirmed, Act.None),
        (State.Confirmed, Input.Failure, State.Confirmed, Act.None),
        (State.Confirmed, Input.TimerG, State.Confirmed, Act.None),
        (State.Confirmed, Input.TimerH, State.Confirmed, Act.None),
        (State.Confirmed, Input.TimerI, State.Terminated, Act.None),
        (State.Confirmed, Input.TimerL, State.Confirmed, Act.None),
        (State.Confirmed, Input.TransportError, State.Confirmed, Act.None),

        (State.Terminated, Input.Invite, State.Terminated, Act.None),
        (State.Terminated, Input.Ack, State.Terminated, Act.None),
        (State.Terminated, Input.Provisional, State.Terminated, Act.None),
        (State.Terminated, Input.Success, State.Terminated, Act.None),
        (State.Terminated, Input.Failure, State.Terminated, Act.None),
        (State.Terminated, Input.TimerG, State.Terminated, Act.None),
        (State.Terminated, Input.TimerH, State.Terminated, Act.None),
        (State.Terminated, Input.TimerI, State.Terminated, Act.None),
        (State.Terminated, Input.TimerL, State.Terminated, Act.None),
        (State.Terminated, Input.TransportError, State.Terminated, Act.None),
    ];

    [Fact]
    [Trait("Clause", "U-01")]
    public void Every_row_is_a_line_of_figure_7() => TransactionFigures.AssertMatches(Figure7, Step);
}
