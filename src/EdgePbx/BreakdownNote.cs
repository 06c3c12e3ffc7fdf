using System.Globalization;
using System.Text;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>
/// What a process that dies of a bug leaves for the next one, which shows it: it is started again at once, and calls should not wait
/// for somebody who looks at lamps. It counts until the machine is switched off or an orderly end.
/// </summary>
internal sealed unsafe class BreakdownNote : IDisposable
{
    /// <summary>In the folder of what lasts as long as the machine runs, where whoever starts us has one, else in that of the state.</summary>
    public const string FileName = "broke-down";

    private const int Largest = 256;
    private const uint OwnerOnly = 0x180; // 0600

    // one that dies over and over does not write to the card each time
    private static readonly TimeSpan WriteInterval = TimeSpan.FromMinutes(1);

    private readonly string _path;
    private readonly string _boot;
    private readonly Instant? _last;
    private int _descriptor = -1;

    /// <summary>Reads what the process before this one has left.</summary>
    /// <param name="runtimeFolders">systemd's RUNTIME_DIRECTORY; null or empty: there is none.</param>
    /// <param name="state">The folder of the state.</param>
    /// <param name="now">What claims to be later makes no sense.</param>
    /// <param name="boot">Names the time since the machine was switched on; null: as the kernel does.</param>
    public BreakdownNote(string? runtimeFolders, string state, Instant now, string? boot = null)
    {
        string? runtime = runtimeFolders?.Split(':')[0];
        _path = Path.Combine(string.IsNullOrEmpty(runtime) ? state : runtime, FileName);
        _boot = boot ?? Text(() => File.ReadAllBytes("/proc/sys/kernel/random/boot_id")).Trim(); // a file whose length is 0 until it is read
        _last = Text(() => SystemFiles.Instance.Read(_path, Largest)).Split(' ', '\n') is [var before, var ticks, ""] && before == _boot && before.Length > 0
            && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out long at) && at <= now.Ticks
            ? new Instant(at)
            : null;
    }

    /// <summary>When the last process before this one died of a bug; null: none has since the machine was switched on.</summary>
    public Instant? Last => _last;

    /// <summary>There is a place for it from now on: a process may die because it has no descriptor left.</summary>
    public void Open()
    {
        if (_descriptor < 0)
        {
            _descriptor = FileCalls.open(_path, FileCalls.O_WRONLY | FileCalls.O_CREAT | FileCalls.O_NOFOLLOW | FileCalls.O_NONBLOCK | FileCalls.O_CLOEXEC, OwnerOnly);
        }
    }

    /// <summary>It is dying now. Where that can't be written, nobody is told.</summary>
    public void Leave(Instant now)
    {
        if (_last is { } last && now - last < WriteInterval)
        {
            return;
        }
        Open();
        byte[] text = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{_boot} {now.Ticks:D19}\n")); // as long as the one before
        fixed (byte* bytes = text)
        {
            _ = FileCalls.pwrite(_descriptor, bytes, (nuint)text.Length, 0);
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

    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            _ = Native.close(_descriptor);
            _descriptor = -1;
        }
    }

    // empty: it is not there, or nobody can read it
    private static string Text(Func<byte[]?> read)
    {
        try
        {
            return read() is { } bytes ? Encoding.UTF8.GetString(bytes) : "";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
