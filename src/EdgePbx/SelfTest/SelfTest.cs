using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>
/// Checks that this machine can carry calls: two built-in phones call each other through the real engine, relay and
/// sockets, on loopback. Nothing is written to disk, nobody outside is asked anything.
/// </summary>
internal sealed class SelfTest(SelfTestOptions options)
{
    /// <summary>The verb: a table for a person, and the exit code for a program.</summary>
    public static int Run(TextWriter output)
    {
        using EventLog? log = OpenLog();
        IReadOnlyList<SelfTestResult> results = new SelfTest(new SelfTestOptions { Log = log }).Check();
        SelfTestTable.Write(output, results);
        return results.All(result => result.Passed) ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>
    /// All checks, in their order, up to one that the rest needs. Back within <see cref="SelfTestOptions.Limit"/>; never throws.
    /// Each time anew: what a former test has seen does not count, not even if that one still hangs.
    /// </summary>
    public IReadOnlyList<SelfTestResult> Check()
    {
        List<SelfTestResult> results = [];
        var worker = new Thread(() => Conduct(results)) { Name = "selftest", IsBackground = true };
        worker.Start();
        bool isThrough = worker.Join(options.Limit);
        lock (results)
        {
            if (!isThrough)
            {
                string last = results.Count == 0 ? "before the first check" : $"after the check '{results[^1].Name}'";
                results.Add(new SelfTestResult(
                    "time", false, $"not through after {options.Limit.TotalSeconds:0} s, it hangs {last}. {Advice.ReportIt}"));
            }
            return [.. results];
        }
    }

    // the table is on stdout, so this is not
    private static EventLog? OpenLog()
    {
        if (Environment.GetEnvironmentVariable("EDGEPBX_LOG") != "debug")
        {
            return null;
        }
        var log = new EventLog(Console.OpenStandardError(), TimeProvider.System);
        log.Configure(LogFormat.Text, LogLevel.Debug);
        return log;
    }

    private void Conduct(List<SelfTestResult> results)
    {
        try
        {
            new SelfTestRun(options, Take).Conduct();
        }
#pragma warning disable CA1031 // whatever it is, the answer is: no, this does not work here
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Take(new SelfTestResult("self-test", false, $"it broke down: {failure.Message} {Advice.ReportIt}"));
        }

        void Take(SelfTestResult result)
        {
            lock (results)
            {
                results.Add(result);
            }
        }
    }
}
