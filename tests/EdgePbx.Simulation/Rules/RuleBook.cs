namespace EdgePbx.Simulation;

/// <summary>All that must hold in each run; of two rules that are broken at once the one that can show a message comes first.</summary>
internal static class RuleBook
{
    public static Rule[] All() =>
    [
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
        new PortsAreLentOnce(),
        new RecordingsAreClosedOnce(),
        new NothingFaults(),
        new CleanupIsOverdueOnlyByTheRelay(),
        new EachCallIsVerifiedOnce(),
        new SessionTimersAreStoppedOnce(),
        new NoTimerStaysArmed(),
        new GaugesReturnToBaseline(),
    ];
}
