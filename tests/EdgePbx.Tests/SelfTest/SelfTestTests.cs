using System.Net;
using System.Net.Sockets;

namespace EdgePbx.Tests;

/// <summary>The self-test finds nothing where nothing is wrong, and what is wrong where something is.</summary>
public class SelfTestTests
{
    [Fact]
    public void A_sound_machine_passes_every_check_and_the_verb_says_so()
    {
        using var output = new StringWriter();

        int exitCode = SelfTest.Run(output);

        string table = output.ToString();
        Assert.True(exitCode == ExitCode.Done, table);
        Assert.DoesNotContain("FAILED", table, StringComparison.Ordinal);
        foreach (int call in new[] { 1, 2 })
        {
            string head = $"ok      call {call}: ";
            Assert.Contains(head + "session timer     90 s agreed with both phones", table, StringComparison.Ordinal);
            Assert.Contains(head + "voice 101 to 102  ", table, StringComparison.Ordinal);
            Assert.Contains(head + "voice 102 to 101  ", table, StringComparison.Ordinal);
            Assert.Contains(head + "all given back    no port, timer or dialog is held any more", table, StringComparison.Ordinal);
        }
        Assert.Contains("101 hung up, 102 was told", table, StringComparison.Ordinal);
        Assert.Contains("102 hung up, 101 was told", table, StringComparison.Ordinal);
        Assert.Contains("All 16 checks passed", table, StringComparison.Ordinal);
    }

    [Fact]
    public void Media_ports_that_another_program_holds_fail_the_first_call_with_the_reason()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)other.LocalEndPoint!).Port;

        IReadOnlyList<SelfTestResult> results = Check(new SelfTestOptions { MediaPorts = ((ushort)(port & ~1), (ushort)(port | 1)) });

        SelfTestResult failed = Assert.Single(results, result => !result.Passed);
        Assert.Equal("call 1: set-up", failed.Name);
        Assert.StartsWith("refused with 5", failed.Detail, StringComparison.Ordinal);
        Assert.Contains("no pair of media ports is free", failed.Detail, StringComparison.Ordinal);
        Assert.Contains(Advice.Ports, failed.Detail, StringComparison.Ordinal);
        Assert.Equal("stop", results[^1].Name);
    }

    /// <summary>As it is while it is made again and again, until what was in its way has gone.</summary>
    [Fact]
    public void One_that_failed_before_passes_when_there_is_nothing_wrong_any_more()
    {
        bool isCut = true;
        var test = new SelfTest(new SelfTestOptions { RelayLine = line => isCut ? new CutRelayLine(line) : line });
        Assert.Contains(test.Check(), result => !result.Passed);
        isCut = false;
        IReadOnlyList<SelfTestResult> results = test.Check();
        Assert.All(results, result => Assert.True(result.Passed, $"{result.Name}: {result.Detail}"));
        Assert.Equal(results.Count, results.Select(result => result.Name).Distinct().Count());
    }

    [Fact]
    public void A_relay_that_forwards_nothing_fails_the_voices_and_nothing_else()
    {
        IReadOnlyList<SelfTestResult> results = Check(new SelfTestOptions { RelayLine = line => new CutRelayLine(line) });

        Assert.Equal(
            ["call 1: voice 101 to 102", "call 1: voice 102 to 101", "call 2: voice 101 to 102", "call 2: voice 102 to 101"],
            Failed(results).Select(result => result.Name));
        Assert.All(Failed(results), result => Assert.StartsWith("only 0 of 50 packets arrived. ", result.Detail, StringComparison.Ordinal));
        Assert.Equal(16, results.Count);
    }

    /// <summary>A machine that was too busy once is asked again, by the same test.</summary>
    [Fact]
    public void What_a_former_test_has_seen_does_not_count()
    {
        bool isCut = true;
        var test = new SelfTest(new SelfTestOptions { RelayLine = line => isCut ? new CutRelayLine(line) : line });
        Assert.Contains(test.Check(), result => !result.Passed);
        isCut = false;

        Assert.All(test.Check(), result => Assert.True(result.Passed, $"{result.Name}: {result.Detail}"));
    }

    [Fact]
    public void A_relay_that_sends_each_voice_back_is_heard()
    {
        IReadOnlyList<SelfTestResult> results = Check(new SelfTestOptions { RelayLine = line => new LoopedRelayLine(line) });

        Assert.Equal(4, Failed(results).Count());
        Assert.All(Failed(results), result => Assert.Contains("0 % of the sound is the tone of", result.Detail, StringComparison.Ordinal));
    }

    [Fact]
    public void A_relay_that_never_lets_go_is_named_with_what_is_held()
    {
        IReadOnlyList<SelfTestResult> results = Check(new SelfTestOptions { RelayLine = line => new ClingingRelayLine(line) });

        SelfTestResult failed = Assert.Single(results, result => !result.Passed);
        Assert.Equal("call 1: all given back", failed.Name);
        Assert.Contains("relay_paths 2, ports_in_use 4; 0 of 1 calls cleaned up", failed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void An_engine_that_hears_nothing_fails_the_first_registration()
    {
        IReadOnlyList<SelfTestResult> results = Check(new SelfTestOptions
        {
            StepLimit = TimeSpan.FromMilliseconds(100),
            EngineLine = engine => new EngineBehind(engine, () => { }),
        });

        SelfTestResult failed = Assert.Single(results, result => !result.Passed);
        Assert.Equal("phone 101 registers", failed.Name);
        Assert.StartsWith("no answer in time.", failed.Detail, StringComparison.Ordinal);
        Assert.Contains(Advice.Firewall, failed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bug_that_ends_the_signalling_thread_is_reported_with_its_words()
    {
        IReadOnlyList<SelfTestResult> results = Check(new SelfTestOptions
        {
            EngineLine = engine => new EngineBehind(engine, () => throw new InvalidOperationException("broken on purpose")),
        });

        SelfTestResult failed = Assert.Single(results, result => !result.Passed);
        Assert.Equal("phone 101 registers", failed.Name);
        Assert.Contains("EdgePbx met a bug in the signalling thread: broken on purpose.", failed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signalling_thread_that_hangs_keeps_nobody_waiting()
    {
        using var release = new ManualResetEventSlim();

        IReadOnlyList<SelfTestResult> results = Check(new SelfTestOptions
        {
            StepLimit = TimeSpan.FromMilliseconds(100),
            EngineLine = engine => new EngineBehind(engine, release.Wait),
        });
        release.Set();

        Assert.Equal(["phone 101 registers", "stop"], Failed(results).Select(result => result.Name));
        Assert.StartsWith("a thread hangs.", results[^1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_self_test_that_hangs_itself_ends_at_its_limit()
    {
        using var release = new ManualResetEventSlim();

        IReadOnlyList<SelfTestResult> results = Check(new SelfTestOptions
        {
            Limit = TimeSpan.FromMilliseconds(100),
            RelayLine = line =>
            {
                release.Wait();
                return line;
            },
        });
        release.Set();

        SelfTestResult only = Assert.Single(results);
        Assert.Equal(("time", false), (only.Name, only.Passed));
        Assert.Contains("it hangs before the first check", only.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_self_test_that_breaks_down_says_so()
    {
        IReadOnlyList<SelfTestResult> results = Check(new SelfTestOptions
        {
            RelayLine = _ => throw new NotSupportedException("no relay here"),
        });

        SelfTestResult only = Assert.Single(results);
        Assert.False(only.Passed);
        Assert.Contains("no relay here", only.Detail, StringComparison.Ordinal);
    }

    private static IReadOnlyList<SelfTestResult> Check(SelfTestOptions options) => new SelfTest(options).Check();

    private static IEnumerable<SelfTestResult> Failed(IReadOnlyList<SelfTestResult> results) => results.Where(result => !result.Passed);
}
