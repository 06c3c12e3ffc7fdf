using System.Collections.Concurrent;
using System.Reflection;
using Xunit.v3;

namespace EdgePbx;

/// <summary>
/// A test that does not end, in an endless loop or waiting for what never comes, is named and ends the run: without it a build hangs until
/// somebody looks. Far above what any test takes on the busiest machine; no test may depend on it.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class EachTestEndsAttribute : BeforeAfterTestAttribute
{
    private static readonly ConcurrentDictionary<string, Timer> Running = new(StringComparer.Ordinal);

    public int Minutes { get; init; } = 15;

    public override void Before(MethodInfo methodUnderTest, IXunitTest test) =>
        Running[test.UniqueID] = Watch(test.TestDisplayName, TimeSpan.FromMinutes(Minutes), static name =>
        {
            Console.Error.WriteLine(name);
            Environment.Exit(1);
        });

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (Running.TryRemove(test.UniqueID, out Timer? timer))
        {
            timer.Dispose();
        }
    }

    /// <param name="test">Its name.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="end">Told what is wrong when it has taken longer.</param>
    internal static Timer Watch(string test, TimeSpan limit, Action<string> end) =>
        new(_ => end($"{test} has not ended after {limit.TotalMinutes:0.##} minutes"), null, limit, Timeout.InfiniteTimeSpan);
}
