using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>
/// Holds back the end of a process that can't go on, while its lamps say why: they go dark with it, and whoever starts it again finds
/// the same fault. Where there are no lamps nothing is held back. The hardware's watchdog hears of it each second, and is left armed for whoever
/// starts the process again: it guards against what hangs, and here somebody waits on purpose.
/// </summary>
/// <param name="lamps">Those that say it.</param>
/// <param name="requests">Any of them ends it, but a sign of life.</param>
/// <param name="log">Told that the process lingers.</param>
/// <param name="longest">Null: half a minute, in which each code is seen five times.</param>
/// <param name="watchdog">The hardware's; null: none.</param>
/// <param name="now">The monotonic clock, asked before each look; null: the system's.</param>
internal sealed class FaultHold(
    HostLamps lamps, HostRequests requests, ILogger log, TimeSpan? longest = null, HardwareWatchdog? watchdog = null, Func<Instant>? now = null)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly Func<Instant> _now = now ?? (static () => MonotonicClock.Now);

    /// <summary>
    /// Back when somebody wants the process to end, when what is wrong has been put right, or after the longest time; then not in the
    /// middle of what somebody does at the button.
    /// </summary>
    /// <param name="exitCode">For the log.</param>
    /// <param name="isGone">Whether it would work now; asked each second.</param>
    /// <returns>What ended it; null: nobody asked for anything.</returns>
    public HostRequest? Show(LedFault fault, int exitCode, Func<bool> isGone)
    {
        if (!lamps.HasLamps)
        {
            return null;
        }
        lamps.Panel.Tell(fault, Instant.Never);
        TimeSpan limit = longest ?? Longest;
        log.FaultShown(LedLanguage.Of(LedPolicy.OfFault(fault)).Name, exitCode, limit.TotalSeconds);
        Instant end = _now() + limit;
        while (_now() < end || lamps.IsInUse)
        {
            watchdog?.Renew();
            if (requests.TryTake(LookInterval, out (HostRequest What, string Why) request))
            {
                if (request.What != HostRequest.SignOfLife)
                {
                    return request.What;
                }
            }
            else if (!lamps.IsInUse && isGone())
            {
                break;
            }
        }
        return null;
    }
}
