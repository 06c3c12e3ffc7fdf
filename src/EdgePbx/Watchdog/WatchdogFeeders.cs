using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>Who waits to be fed by this process.</summary>
internal static class WatchdogFeeders
{
    /// <param name="hardware">The hardware's.</param>
    /// <param name="variable">Gives the environment's.</param>
    /// <param name="log">Told when the hardware's can't be had.</param>
    public static IEnumerable<IWatchdogFeeder> Find(HardwareWatchdog hardware, Func<string, string?> variable, ILogger log)
    {
        if (SystemdFeeder.From(variable) is { } systemd)
        {
            yield return systemd;
        }
        if (hardware.HandOver(out string problem) is { } handed)
        {
            yield return handed;
        }
        else if (hardware.Device is { } device)
        {
            log.WatchdogUnavailable(device, problem);
        }
    }
}
