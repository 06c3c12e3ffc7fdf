using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace EdgePbx.EndToEnd;

/// <summary>
/// PBXs whose story is over. RFC 3261 lets transactions live on for 64*T1 = 32 s, and one may lead to another; within 70 s all gauges must be
/// at their baseline. Each PBX is watched in the background meanwhile, then stopped; the last test of the run asks how it went.
/// </summary>
internal static class Lingering
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(33);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(70);
    private static readonly ConcurrentQueue<Task<string?>> Watches = new();

    public static void Add(EdgePbxProcess pbx, [CallerMemberName] string story = "") => Watches.Enqueue(Task.Run(() => WatchAsync(pbx, story)));

    /// <returns>What went wrong, one line a PBX.</returns>
    public static async Task<(int Watched, string[] Faults)> EndAsync()
    {
        string?[] results = await Task.WhenAll(Watches);
        return (results.Length, [.. results.OfType<string>()]);
    }

    private static async Task<string?> WatchAsync(EdgePbxProcess pbx, string story)
    {
        using (pbx)
        {
            try
            {
                long start = Stopwatch.GetTimestamp();
                using var clock = new PeriodicTimer(TimeSpan.FromSeconds(3));
                while (Stopwatch.GetElapsedTime(start) < Quiet)
                {
                    _ = await clock.WaitForNextTickAsync();
                }
                string held = await pbx.WaitForGaugesAsync(status => status.Held(), Limit - Quiet, TimeSpan.FromSeconds(5));
                Assert.True(held.Length == 0, $"still held {Limit.TotalSeconds} s after the last call: {held}");
                await pbx.StopAsync();
                Assert.DoesNotContain(pbx.Log.All, e => e.IsError && !pbx.Options.ExpectedErrors.Contains(e.Name));
                return null;
            }
            catch (Exception fault) when (fault is Xunit.Sdk.IAssertionException)
            {
                return $"{story}: {fault.Message}\n{pbx.Describe()}";
            }
        }
    }
}
