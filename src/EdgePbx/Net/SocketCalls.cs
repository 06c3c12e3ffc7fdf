using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>The functions of the C library that signalling needs, under their own names.</summary>
/// <remarks>Layouts and numbers are those of Linux, the same on x86-64 and AArch64.</remarks>
internal static unsafe partial class SocketCalls
{
    internal const int AF_INET = 2;
    internal const int AF_INET6 = 10;
    internal const int SOCK_STREAM = 1;
    internal const int SOCK_DGRAM = 2;
    internal const int SOCK_NONBLOCK = 0x800;
    internal const int SOCK_CLOEXEC = 0x80000;

    internal const int IPPROTO_IP = 0;
    internal const int SOL_SOCKET = 1;
    internal const int IPPROTO_TCP = 6;
    internal const int IPPROTO_IPV6 = 41;
    internal const int SO_REUSEADDR = 2;
    internal const int SO_ERROR = 4;
    internal const int SO_RCVBUF = 8;
    internal const int SO_RCVBUFFORCE = 33;
    internal const int SO_KEEPALIVE = 9;
    internal const int IP_TOS = 1;
    internal const int IPV6_V6ONLY = 26;
    internal const int IPV6_TCLASS = 67;
    internal const int TCP_NODELAY = 1;
    internal const int TCP_KEEPIDLE = 4;
    internal const int TCP_KEEPINTVL = 5;
    internal const int TCP_KEEPCNT = 6;
    internal const int TCP_QUICKACK = 12;
    internal const int TCP_USER_TIMEOUT = 18;
    internal const int MSG_NOSIGNAL = 0x4000;

    internal const int EPERM = 1;
    internal const int ENOMEM = 12;
    internal const int EACCES = 13;
    internal const int EINVAL = 22;
    internal const int ENFILE = 23;
    internal const int EMFILE = 24;
    internal const int EMSGSIZE = 90;
    internal const int EADDRNOTAVAIL = 99;
    internal const int ENETUNREACH = 101;
    internal const int ECONNABORTED = 103;
    internal const int ENOBUFS = 105;
    internal const int EHOSTUNREACH = 113;
    internal const int EINPROGRESS = 115;

    internal const int CLOCK_BOOTTIME = 7;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int bind(int descriptor, in SocketName name, int length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int listen(int descriptor, int backlog);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int accept4(int descriptor, ref SocketName name, ref int length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int connect(int descriptor, in SocketName name, int length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int getsockname(int descriptor, ref SocketName name, ref int length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setsockopt(int descriptor, int level, int option, in int value, int length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int getsockopt(int descriptor, int level, int option, ref int value, ref int length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint recvfrom(int descriptor, byte* buffer, nuint length, int flags, ref SocketName name, ref int nameLength);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint sendto(int descriptor, byte* buffer, nuint length, int flags, in SocketName name, int nameLength);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint recv(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint send(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport("libc")]
    internal static partial nint getrandom(byte* buffer, nuint length, uint flags);

    [LibraryImport("libc")]
    internal static partial int clock_gettime(int clock, out TimeSpec time);

    /// <summary>struct timespec on a 64-bit system.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
