using System.Text;

namespace EdgePbx;

/// <summary>Tells systemd that the service is ready or stops (sd_notify(3)); without systemd it does nothing.</summary>
internal static unsafe class ServiceNotice
{
    public const string Ready = "READY=1";
    public const string Stopping = "STOPPING=1";
    public const string Watchdog = "WATCHDOG=1";

    /// <param name="state">One of the constants above.</param>
    /// <param name="socket">Where systemd listens, as it said when it started us; null or empty: nowhere.</param>
    public static void Send(string state, string? socket)
    {
        if (string.IsNullOrEmpty(socket) || Encoding.UTF8.GetByteCount(socket) > UnixCalls.LongestPath)
        {
            return;
        }
        int descriptor = SocketCalls.socket(UnixCalls.AF_UNIX, SocketCalls.SOCK_DGRAM | SocketCalls.SOCK_CLOEXEC, 0);
        if (descriptor < 0)
        {
            return;
        }
        var name = new UnixCalls.UnixName { Family = UnixCalls.AF_UNIX };
        int length = sizeof(ushort) + Encoding.UTF8.GetBytes(socket, new Span<byte>(name.Path, UnixCalls.LongestPath));
        if (socket[0] == '@')
        {
            name.Path[0] = 0; // the name of an abstract socket starts with a zero
        }
        byte[] message = Encoding.UTF8.GetBytes(state);
        if (UnixCalls.connect(descriptor, in name, length) == 0)
        {
            fixed (byte* bytes = message)
            {
                _ = SocketCalls.send(descriptor, bytes, (nuint)message.Length, SocketCalls.MSG_NOSIGNAL);
            }
        }
        _ = Native.close(descriptor);
    }
}
