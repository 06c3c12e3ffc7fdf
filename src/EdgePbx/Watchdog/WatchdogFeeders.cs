using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>Who waits to be fed by this process.</summary>
internal static class WatchdogFeeders
{
    /// <param name="device">Of the hardware's watchdog; null: it is not for us to feed.</param>
    /// <param name="variable">Gives the environment's.</param>
    /// <param name="log">Told when the device can't be had.</param>
    public static IEnumerable<IWatchdogFeeder> Find(string? device, Func<string, string?> variable, ILogger log)
    {
        if (SystemdFeeder.From(variable) is { } systemd)
        {
            yield return systemd;
        }
        if (device is null)
        {
            yield break;
        }
        if (DeviceFeeder.TryOpen(device, out string problem) is { } hardware)
        {
            yield return hardware;
        }
        else
        {
            log.WatchdogUnavailable(device, problem);
        }
    }
}
