using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>What one check has found.</summary>
/// <param name="Name">What was checked, in a few words.</param>
/// <param name="Passed">False: this machine, or EdgePbx on it, can't do that.</param>
/// <param name="Detail">What was seen; after a failure also what to look at. Plain words.</param>
internal sealed record SelfTestResult(string Name, bool Passed, string Detail)
{
    /// <summary>Logs how a whole test ended, and gives the checks that failed; none: it has passed.</summary>
    public static IReadOnlyList<SelfTestResult> Conclude(IEnumerable<SelfTestResult> results, ILogger log)
    {
        SelfTestResult[] failed = [.. results.Where(result => !result.Passed)];
        foreach (SelfTestResult one in failed)
        {
            log.SelfTestFailed(one.Name, one.Detail);
        }
        if (failed.Length == 0)
        {
            log.SelfTestPassed();
        }
        return failed;
    }
}
