using System.Globalization;
using System.Text;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>
/// What a process that dies of a bug leaves for the next one, which shows it: it is started again at once, and calls should not wait
/// for somebody who looks at lamps. It counts until the machine is switched off or an orderly end.
/// </summary>
internal sealed class BreakdownNote
{
    /// <summary>In the folder of what lasts as long as the machine runs, where whoever starts us has one, else in that of the state.</summary>
    public const string FileName = "broke-down";

    private const int Largest = 256;

    // one that dies over and over does not write to the card each time
    private static readonly TimeSpan WriteInterval = TimeSpan.FromMinutes(1);

    private readonly string _path;
    private readonly Func<string> _boot;

    /// <param name="runtimeFolders">systemd's RUNTIME_DIRECTORY; null or empty: there is none.</param>
    /// <param name="state">The folder of the state.</param>
    /// <param name="boot">Names the time since the machine was switched on; null: as the kernel does.</param>
    public BreakdownNote(string? runtimeFolders, string state, Func<string>? boot = null)
    {
        string? runtime = runtimeFolders?.Split(':')[0];
        _path = Path.Combine(string.IsNullOrEmpty(runtime) ? state : runtime, FileName);
        _boot = boot ?? KernelsBoot;
    }

    /// <summary>It is dying now. Never throws: what is left of the process must come to its end.</summary>
    public void Leave(Instant now)
    {
        if (Read(now) is { } last && now - last < WriteInterval)
        {
            return;
        }
        try
        {
            File.WriteAllText(_path, string.Create(CultureInfo.InvariantCulture, $"{_boot()} {now.Ticks}\n"));
        }
#pragma warning disable CA1031 // then nobody is told
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    /// <summary>When a process before this one died of a bug, if that was since the machine was switched on.</summary>
    public Instant? Read(Instant now)
    {
        try
        {
            return SystemFiles.Instance.Read(_path, Largest) is { } bytes
                && Encoding.UTF8.GetString(bytes).Split(' ', '\n') is [var boot, var ticks, ""] && boot == _boot()
                && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out long at) && at <= now.Ticks
                ? new Instant(at)
                : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>All is well: nothing is left to be said.</summary>
    public void Clear()
    {
        try
        {
            File.Delete(_path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // then it is said for some minutes more
        }
    }

    private static string KernelsBoot() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
}
