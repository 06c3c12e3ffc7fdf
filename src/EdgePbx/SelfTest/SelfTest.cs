using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>
/// Checks that this machine can carry calls: two built-in phones call each other through the real engine, relay and
/// sockets, on loopback. Nothing is written to disk, nobody outside is asked anything.
/// </summary>
internal sealed class SelfTest(SelfTestOptions options)
{
    private readonly List<SelfTestResult> _results = [];

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
    /// </summary>
    public IReadOnlyList<SelfTestResult> Check()
    {
        var worker = new Thread(Conduct) { Name = "selftest", IsBackground = true };
        worker.Start();
        bool isThrough = worker.Join(options.Limit);
        lock (_results)
        {
            if (!isThrough)
            {
                string last = _results.Count == 0 ? "before the first check" : $"after the check '{_results[^1].Name}'";
                _results.Add(new SelfTestResult(
                    "time", false, $"not through after {options.Limit.TotalSeconds:0} s, it hangs {last}. {Advice.ReportIt}"));
            }
            return [.. _results];
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

    private void Conduct()
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
    }

    private void Take(SelfTestResult result)
    {
        lock (_results)
        {
            _results.Add(result);
        }
    }
}
