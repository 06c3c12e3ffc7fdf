using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>
/// The hardware's watchdog, where no systemd feeds it (Linux's watchdog-api): opened, it resets the machine unless it is written to in
/// time, and only a V before the end makes it stop.
/// </summary>
internal sealed unsafe partial class DeviceFeeder : IWatchdogFeeder
{
    private const nuint WDIOC_GETTIMEOUT = 0x80045707;

    /// <summary>The least that known hardware has.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(15);

    private readonly int _descriptor;

    private DeviceFeeder(int descriptor)
    {
        _descriptor = descriptor;
        int seconds = 0;
        Period = ioctl(descriptor, WDIOC_GETTIMEOUT, &seconds) == 0 && seconds > 0 ? TimeSpan.FromSeconds(seconds) : Usual;
    }

    public TimeSpan Period { get; }

    /// <returns>Null: it can't be had.</returns>
    public static DeviceFeeder? TryOpen(string path, out string problem)
    {
        int descriptor = FileCalls.open(path, FileCalls.O_WRONLY | FileCalls.O_CLOEXEC | FileCalls.O_NONBLOCK, 0);
        problem = descriptor < 0 ? Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()) : "";
        return descriptor < 0 ? null : new DeviceFeeder(descriptor);
    }

    public void Feed() => Write((byte)'\n');

    public void Stop()
    {
        Write((byte)'V');
        LetGo();
    }

    /// <summary>Without a word: it goes on, and bites unless somebody else feeds it in time.</summary>
    public void LetGo() => _ = Native.close(_descriptor);

    private void Write(byte one) => _ = Native.write(_descriptor, &one, 1);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int descriptor, nuint request, int* argument);
}
