using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>What the media relay needs of the C library: UDP sockets, batches of datagrams, epoll.</summary>
internal static unsafe partial class Native
{
    internal const int AF_INET = 2;
    internal const int AF_INET6 = 10;
    internal const int SOCK_DGRAM = 2;
    internal const int SOCK_NONBLOCK = 0x800;
    internal const int SOCK_CLOEXEC = 0x80000;

    internal const int SOL_SOCKET = 1;
    internal const int SO_RCVBUF = 8;
    internal const int IPPROTO_IP = 0;
    internal const int IP_TOS = 1;
    internal const int IPPROTO_IPV6 = 41;
    internal const int IPV6_V6ONLY = 26;
    internal const int IPV6_TCLASS = 67;

    internal const int MSG_TRUNC = 0x20;
    internal const int MSG_DONTWAIT = 0x40;

    internal const int ECONNREFUSED = 111;

    internal const int EPOLL_CLOEXEC = 0x80000;
    internal const int EPOLL_CTL_ADD = 1;
    internal const int EPOLL_CTL_DEL = 2;
    internal const uint EPOLLIN = 1;

    internal const int SCHED_FIFO = 1;
    internal const int SCHED_RESET_ON_FORK = 0x40000000;
    internal const int PRIO_PROCESS = 0;

    [LibraryImport("libc")]
    internal static partial int gettid();

    /// <param name="thread">0: the calling one.</param>
    /// <param name="policy">How it is scheduled.</param>
    /// <param name="priority">struct sched_param.</param>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int sched_setscheduler(int thread, int policy, int* priority);

    /// <param name="which">What the next one is the number of.</param>
    /// <param name="who">0: the calling thread.</param>
    /// <param name="nice">-20 (first) to 19 (last).</param>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setpriority(int which, uint who, int nice);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int bind(int descriptor, byte* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setsockopt(int descriptor, int level, int name, void* value, uint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int connect(int descriptor, byte* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint recvfrom(int descriptor, byte* buffer, nuint length, int flags, byte* address, uint* addressLength);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint send(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint sendto(int descriptor, byte* buffer, nuint length, int flags, byte* address, uint addressLength);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int recvmmsg(int descriptor, DatagramHeader* datagrams, uint count, int flags, void* timeout);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_ctl(int epoll, int operation, int descriptor, void* @event);

    /// <param name="epoll">The epoll descriptor.</param>
    /// <param name="events">Room for the answer, in the layout of the architecture.</param>
    /// <param name="room">Events.</param>
    /// <param name="milliseconds">-1: no limit.</param>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_wait(int epoll, void* events, int room, int milliseconds);

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Slice
    {
        public byte* Start;
        public nuint Length;
    }

    /// <summary>struct msghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct MessageHeader
    {
        public byte* Name;
        public uint NameLength;
        public Slice* Slices;
        public nuint SliceCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>struct mmsghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct DatagramHeader
    {
        public MessageHeader Message;
        public uint Length;
    }

    /// <summary>struct epoll_event, which x86-64 packs.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    internal struct EventX64
    {
        public uint Events;
        public ulong Data;
    }

    /// <summary>struct epoll_event, aligned naturally everywhere else.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct EventArm64
    {
        public uint Events;
        public ulong Data;
    }
}
