using System.Runtime.InteropServices;
using System.Text;

namespace EdgePbx;

/// <summary>The Unix socket of <c>edgepbx status</c>: opening it on either side.</summary>
internal static class StatusSocket
{
    /// <summary>In bytes, so that the name that a socket has before it listens fits as well.</summary>
    public static readonly int LongestPath = UnixCalls.LongestPath - Unready.Length;

    private const string Unready = ".new";
    private const uint OwnerOnly = 0x180; // 0600

    /// <summary>
    /// Listens at that path, for its owner only. It gets its name when it listens already, so whoever sees it is answered, and one that
    /// answers nobody is dead. Such a one is replaced, nothing else ever is.
    /// </summary>
    /// <returns>The descriptor, or -1 with the reason.</returns>
    public static int TryListen(string path, out string problem)
    {
        string unready = path + Unready;
        int descriptor = Open();
        int error = Replacing(unready, () => Bind(descriptor, unready));
        if (error == 0)
        {
            error = SocketCalls.listen(descriptor, backlog: 8) != 0 ? Marshal.GetLastPInvokeError() : Replacing(path, () => Link(unready, path));
            _ = UnixCalls.unlink(unready);
        }
        problem = error == 0 ? "" : Marshal.GetPInvokeErrorMessage(error);
        if (error != 0)
        {
            _ = Native.close(descriptor);
            return -1;
        }
        return descriptor;
    }

    /// <returns>The descriptor, or -1 when nothing answers there.</returns>
    public static int TryConnect(string path) => TryConnect(path, out _);

    private static int TryConnect(string path, out int error)
    {
        int descriptor = Open();
        UnixCalls.UnixName name = NameOf(path);
        error = 0;
        if (UnixCalls.connect(descriptor, in name, Marshal.SizeOf<UnixCalls.UnixName>()) == 0)
        {
            return descriptor;
        }
        error = Marshal.GetLastPInvokeError();
        _ = Native.close(descriptor);
        return -1;
    }

    public static void Remove(string path) => _ = UnixCalls.unlink(path);

    private static int Open() => SocketCalls.socket(UnixCalls.AF_UNIX, SocketCalls.SOCK_STREAM | SocketCalls.SOCK_CLOEXEC, 0);

    // the mode is set before the name exists, so that nobody else can connect in between
    private static int Bind(int descriptor, string path)
    {
        UnixCalls.UnixName name = NameOf(path);
        _ = UnixCalls.fchmod(descriptor, OwnerOnly);
        return UnixCalls.bind(descriptor, in name, Marshal.SizeOf<UnixCalls.UnixName>()) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    private static int Link(string from, string to) => UnixCalls.link(from, to) == 0 ? 0 : Marshal.GetLastPInvokeError();

    private static int Replacing(string path, Func<int> make)
    {
        int error = make();
        if (error is Native.EADDRINUSE or UnixCalls.EEXIST && IsStale(path))
        {
            _ = UnixCalls.unlink(path);
            error = make();
        }
        return error;
    }

    private static bool IsStale(string path)
    {
        UnixCalls.FileStatus status = default;
        if (UnixCalls.statx(UnixCalls.AT_FDCWD, path, UnixCalls.AT_SYMLINK_NOFOLLOW, UnixCalls.STATX_TYPE, ref status) != 0
            || (status.Mode & UnixCalls.S_IFMT) != UnixCalls.S_IFSOCK)
        {
            return false;
        }
        int descriptor = TryConnect(path, out int error);
        if (descriptor >= 0)
        {
            _ = Native.close(descriptor);
        }
        return error == UnixCalls.ECONNREFUSED;
    }

    private static unsafe UnixCalls.UnixName NameOf(string path)
    {
        var name = new UnixCalls.UnixName { Family = UnixCalls.AF_UNIX };
        _ = Encoding.UTF8.GetBytes(path, new Span<byte>(name.Path, UnixCalls.LongestPath));
        return name;
    }
}
