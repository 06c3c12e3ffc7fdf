using System.Globalization;
using System.Text.RegularExpressions;

namespace EdgePbx.Simulation.Tests;

/// <summary>
/// Does the simulation bite? Bugs are put into the engine's sources, each alone, and each must be found within few seeds
/// by the rule that it breaks; the engine as it is must hold for all of these seeds.
/// </summary>
public partial class MutationTests(ITestOutputHelper output)
{
    /// <summary>Seeds 1 to this are tried.</summary>
    private const int Seeds = 40;

    public static TheoryData<string, string, string, string, string[]> Mutations { get; } = new()
    {
        {
            "a timer is not cancelled", Path.Combine("Calls", "SessionTimer.cs"),
            "        _refresh.Cancel();\n        _expiry.Cancel();\n", "        _expiry.Cancel();\n",
            [nameof(CleanupIsOverdueOnlyByTheRelay)] // the engine's own receipt does not balance
        },
        {
            "a dialog entry is kept", Path.Combine("Sip", "Dialogs", "DialogIndex.cs"),
            "if (!_users.Remove(name))", "if (!_users.ContainsKey(name))",
            [nameof(CleanupIsOverdueOnlyByTheRelay), nameof(NothingFaults)] // or its names come again first
        },
        {
            "a port is returned twice", Path.Combine("Media", "RelayTable.cs"),
            "        _paths[key.Slot] = null;\n", "",
            [nameof(PortsAreLentOnce), nameof(EachCallIsVerifiedOnce)] // or the call's log goes on after its end
        },
        {
            "a late 2xx is not acknowledged", Path.Combine("Calls", "OutgoingInvite.cs"),
            "            SendAck(stray, stray.RemoteTag, default);\n", "",
            [nameof(AcceptedInvitesAreAcknowledged)]
        },
        {
            "a CANCEL is lost", Path.Combine("Calls", "OutgoingInvite.cs"),
            "            if (!_isCancelSent)\n            {\n                SendCancel(now);\n            }\n", "",
            // or the engine finds that the INVITE's transaction waits for ever: its call's receipt does not balance, or it speaks after the call's last word
            [nameof(NobodyIsLeftRinging), nameof(CleanupIsOverdueOnlyByTheRelay), nameof(EachCallIsVerifiedOnce)]
        },
        {
            "a recording is not told to stop", Path.Combine("Recordings", "Recording.cs"),
            "        table.Stop(key);\n", "",
            [nameof(RecordingsAreClosedOnce), nameof(CleanupIsOverdueOnlyByTheRelay)] // or the call waits for a recorder that nobody has asked
        },
        {
            "a recording is handed over and its call keeps it", Path.Combine("Calls", "Call.Recording.cs"),
            "                _context.Recordings.HandOver(now, recording);\n                Scope.Confirm(recording, now);\n", "                _context.Recordings.HandOver(now, recording);\n",
            [nameof(CleanupIsOverdueOnlyByTheRelay)] // the call waits for the medium again
        },
        {
            "a recording that is handed over is not given back when it is closed", Path.Combine("Recordings", "RecordingTable.cs"),
            "            Closing.Remove(now, recording);\n", "",
            [nameof(CleanupIsOverdueOnlyByTheRelay), nameof(GaugesReturnToBaseline)] // it is given up, and every recording is closed
        },
    };

    [Theory]
    [MemberData(nameof(Mutations))]
    public void A_bug_in_the_engine_is_found_within_few_seeds(string bug, string file, string line, string instead, string[] rules)
    {
        using var mutant = new EngineBuild(file, line, instead);
        (string text, int code) = mutant.Simulate($"--worlds {Seeds} --first");
        Assert.True(code == 1, $"{bug}: not found in {Seeds} seeds\n{text}");
        Match found = FoundAt().Match(text);
        Assert.Contains(found.Groups["rule"].Value, rules);
        Assert.InRange(int.Parse(found.Groups["count"].Value, CultureInfo.InvariantCulture), 1, Seeds);
        output.WriteLine($"{bug}: {found.Value}");
        TestContext.Current.SendDiagnosticMessage($"{bug}: {found.Value}");
    }

    [Fact]
    public void The_engine_as_it_is_holds_for_the_same_seeds()
    {
        using var engine = new EngineBuild(null);
        (string text, int code) = engine.Simulate($"--worlds {Seeds} --first");
        Assert.True(code == 0, text);
        Assert.Contains($"simulation: {Seeds} worlds", text, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"found at seed count (?<count>\d+) \(seed \d+\): (?<rule>\w+):.*")]
    private static partial Regex FoundAt();
}
