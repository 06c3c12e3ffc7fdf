namespace EdgePbx.Simulation;

/// <summary>All that is held of the box in each run.</summary>
internal static class RuleBook
{
    public static Rule[] All() =>
    [
        new GaugesReturnToBaseline(),
        new NoTimerStaysArmed(),
        new EachCallIsVerifiedOnce(),
        new CleanupIsOverdueOnlyByTheRelay(),
        new SessionTimersAreStoppedOnce(),
        new NothingFaults(),
        new PortsAreLentOnce(),
        new EndedDialogIsSilent(),
        new RefusedInviteIsSilent(),
        new CopiesEndIn64T1(),
        new ResponsesHaveRequests(),
        new RequestsAreAnswered(),
        new OneFinalResponse(),
        new NumbersRise(),
        new OriginLineTellsChanges(),
        new AcceptedInvitesAreAcknowledged(),
        new NobodyIsLeftRinging(),
        new NobodyIsLeftInACall(),
        new SessionTimerHeaders(),
    ];
}
