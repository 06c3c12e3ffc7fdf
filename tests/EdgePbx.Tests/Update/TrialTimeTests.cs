using System.Diagnostics;
using System.Globalization;

namespace EdgePbx.Tests;

/// <summary>
/// The image's own scripts for the trial of a new version, with a clock of the test's and an exchange of the test's: whatever happens,
/// the orderly way back comes before the guard's.
/// </summary>
public sealed class TrialTimeTests : IDisposable
{
    // what `stop` takes with an exchange that hangs and a card that doesn't
    private const int StopSeconds = 15;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Failures => new()
    {
        { "never answers", "pass $3; pass 10; return 1" },
        { "answers at once that it has failed", "return 1" },
        { "fails after a while", "pass 12; return 1" },
        { "fails late, and then never answers", "[ $asked != 0 ] || { pass 100; return 1; }; pass $3; pass 10; return 1" },
        { "fails just before its time", "if [ $3 -gt 134 ]; then pass 134; else pass $3; fi; pass 10; return 1" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_version_that_is_not_ready_goes_back_in_order_before_the_guard_comes(string what, string exchange)
    {
        string said = Verdict("trial", exchange);
        Assert.EndsWith("going back to the version before\nreboot\n", said, StringComparison.Ordinal);
        Assert.True(Clock + StopSeconds < GuardSeconds, $"one that {what} goes back after {Clock} s, the guard comes after {GuardSeconds}");
        Assert.False(File.Exists(_folder.File("confirmed")));
    }

    [Fact]
    public void A_version_that_gets_ready_late_is_confirmed()
    {
        Assert.EndsWith("ready (good data, slot B)\n", Verdict("trial", "pass 12; [ $asked = 2 ]"), StringComparison.Ordinal);
        Assert.True(File.Exists(_folder.File("confirmed")));
    }

    [Fact]
    public void One_that_is_confirmed_already_is_asked_for_ever_and_a_stick_waits_no_longer()
    {
        Assert.EndsWith("ready (good data, slot B)\n", Verdict("normal", "pass 190; [ $asked = 9 ]"), StringComparison.Ordinal);
        Assert.True(Clock > 9 * 190);
        Assert.True(File.Exists(_folder.File("not-ready")));
    }

    /// <summary>The card may have been repaired for minutes before anybody could be asked.</summary>
    [Theory]
    [InlineData(false, "reboot -f\n")]
    [InlineData(true, "")]
    public void The_guard_counts_from_when_the_exchange_can_be_asked(bool isConfirmed, string said)
    {
        const int Repair = 600;
        string confirm = isConfirmed ? "touch $state/confirmed" : ":";
        Assert.Equal(said, Run("guard", $"test() {{ [ $now -ge {Repair} ]; }}\nsleep() {{ pass $1; {confirm}; }}"));
        Assert.Equal(Repair + GuardSeconds, Clock);
    }

    [Fact]
    public void The_guard_comes_as_well_when_nobody_is_ever_asked()
    {
        Assert.Equal("reboot -f\n", Run("guard", "test() { false; }"));
        Assert.InRange(Clock, GuardSeconds, GuardSeconds + 901);
    }

    public void Dispose() => _folder.Dispose();

    private int Clock => int.Parse(File.ReadAllText(_folder.File("clock")), CultureInfo.InvariantCulture);

    private int GuardSeconds => int.Parse(Shell("echo $guard_seconds"), CultureInfo.InvariantCulture);

    private string Verdict(string mode, string exchange)
    {
        foreach ((string name, string text) in new[] { ("mode", mode), ("data", "good"), ("slot", "B") })
        {
            File.WriteAllText(_folder.File(name), text);
        }
        string said = Run("verdict", $"edgepbx() {{ [ $1 = slot ] || {{ {exchange}; }}; }}");
        Assert.True(File.Exists(_folder.File("asked")));
        return said;
    }

    private string Run(string script, string parts)
    {
        string log = Directory.CreateDirectory(_folder.File("log")).FullName;
        string text = File.ReadAllText(Path.Combine(Scripts, script)).Replace(". /etc/init.d/common", "", StringComparison.Ordinal);
        return Shell($$"""
            now=0
            pass() { now=$((now + $1)); }
            uptime_seconds() { echo $now; }
            trap 'echo $now >$state/clock' EXIT
            say() { echo "$@"; }
            sleep() { pass $1; }
            ticks=0
            usleep() { ticks=$((ticks + 1)); [ $((ticks % 10)) != 0 ] || pass 1; }
            reboot() { echo reboot "$@"; exit; }
            {{parts}}
            {{text.Replace("/run/log", log, StringComparison.Ordinal)}}
            """);
    }

    private string Shell(string text)
    {
        string common = File.ReadAllText(Path.Combine(Scripts, "common"))
            .Replace("export PATH=/bin:/sbin", "", StringComparison.Ordinal)
            .Replace("state=/run/board ", $"state={_folder.Path} ", StringComparison.Ordinal);
        File.WriteAllText(_folder.File("script"), $"{common}\n{text}\n");
        using Process shell = Process.Start(new ProcessStartInfo("sh", [_folder.File("script")]) { RedirectStandardOutput = true })!;
        string said = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return said;
    }

    private static string Scripts { get; } = RepositoryFolder.File("board", "root", "etc", "init.d");
}
