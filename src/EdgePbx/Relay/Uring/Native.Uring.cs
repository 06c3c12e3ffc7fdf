using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>io_uring by its three system calls: numbers and layouts of linux/io_uring.h, the same on x86-64 and AArch64.</summary>
internal static unsafe partial class Native
{
    internal const int SYS_io_uring_setup = 425;
    internal const int SYS_io_uring_enter = 426;
    internal const int SYS_io_uring_register = 427;

    internal const uint IORING_SETUP_CQSIZE = 1 << 3;
    internal const uint IORING_SETUP_SINGLE_ISSUER = 1 << 12;
    internal const uint IORING_SETUP_DEFER_TASKRUN = 1 << 13; // Linux 6.1, and with it all else that is used here
    internal const uint IORING_FEAT_SINGLE_MMAP = 1;
    internal const uint IORING_ENTER_GETEVENTS = 1;
    internal const uint IORING_ENTER_EXT_ARG = 1 << 3;
    internal const uint IORING_ENTER_REGISTERED_RING = 1 << 4;
    internal const int IORING_REGISTER_FILES_UPDATE = 6;
    internal const int IORING_REGISTER_FILES2 = 13;
    internal const int IORING_REGISTER_RING_FDS = 20;
    internal const int IORING_REGISTER_PBUF_RING = 22;
    internal const uint IORING_RSRC_REGISTER_SPARSE = 1;
    internal const long IORING_OFF_SQES = 0x10000000;

    internal const byte IORING_OP_POLL_ADD = 6;
    internal const byte IORING_OP_RECVMSG = 10;
    internal const byte IORING_OP_ASYNC_CANCEL = 14;
    internal const byte IORING_OP_SEND = 26;
    internal const uint IORING_POLL_ADD_MULTI = 1;
    internal const ushort IORING_RECV_MULTISHOT = 2;
    internal const byte IOSQE_FIXED_FILE = 1;
    internal const byte IOSQE_BUFFER_SELECT = 1 << 5;
    internal const byte IOSQE_CQE_SKIP_SUCCESS = 1 << 6;
    internal const uint IORING_CQE_F_BUFFER = 1;
    internal const uint IORING_CQE_F_MORE = 2;
    internal const int IORING_CQE_BUFFER_SHIFT = 16;

    internal const int EBUSY = 16;
    internal const int ETIME = 62;
    internal const int ENOBUFS = 105;

    internal const int PROT_READ = 1;
    internal const int PROT_WRITE = 2;
    internal const int MAP_SHARED = 1;
    internal const int MAP_PRIVATE = 2;
    internal const int MAP_ANONYMOUS = 0x20;
    internal const int MAP_POPULATE = 0x8000;

    /// <summary>io_uring_setup.</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint syscall(nint number, uint entries, UringParameters* parameters);

    /// <summary>io_uring_enter.</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint syscall(nint number, int ring, uint toSubmit, uint toWaitFor, uint flags, UringWait* wait, nuint waitSize);

    /// <summary>io_uring_register.</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint syscall(nint number, int ring, uint operation, void* argument, uint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial void* mmap(void* address, nuint length, int protection, int flags, int descriptor, long offset);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int munmap(void* address, nuint length);

    /// <summary>struct io_uring_params.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 120)]
    internal struct UringParameters
    {
        [FieldOffset(0)] public uint SubmissionEntries;
        [FieldOffset(4)] public uint CompletionEntries;
        [FieldOffset(8)] public uint Flags;
        [FieldOffset(20)] public uint Features;
        [FieldOffset(40)] public uint SubmissionHead;
        [FieldOffset(44)] public uint SubmissionTail;
        [FieldOffset(48)] public uint SubmissionMask;
        [FieldOffset(64)] public uint SubmissionArray;
        [FieldOffset(80)] public uint CompletionHead;
        [FieldOffset(84)] public uint CompletionTail;
        [FieldOffset(88)] public uint CompletionMask;
        [FieldOffset(100)] public uint Completions;
    }

    /// <summary>struct io_uring_sqe, as far as it is used.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    internal struct UringSubmission
    {
        [FieldOffset(0)] public byte Operation;
        [FieldOffset(1)] public byte Flags;
        [FieldOffset(2)] public ushort Priority;
        [FieldOffset(4)] public int Descriptor;
        [FieldOffset(16)] public ulong Address;
        [FieldOffset(24)] public uint Length;
        [FieldOffset(28)] public uint OperationFlags;
        [FieldOffset(32)] public ulong UserData;
        [FieldOffset(40)] public ushort BufferGroup;
    }

    /// <summary>struct io_uring_cqe.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct UringCompletion
    {
        public ulong UserData;
        public int Result;
        public uint Flags;
    }

    /// <summary>struct io_uring_getevents_arg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct UringWait
    {
        public ulong SignalMask;
        public uint SignalMaskSize;
        public uint Unused;
        public ulong TimeLimit;
    }

    /// <summary>struct __kernel_timespec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct KernelTime
    {
        public long Seconds;
        public long Nanoseconds;
    }

    /// <summary>struct io_uring_rsrc_register.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 32)]
    internal struct UringTable
    {
        [FieldOffset(0)] public uint Entries;
        [FieldOffset(4)] public uint Flags;
    }

    /// <summary>struct io_uring_rsrc_update, and io_uring_files_update.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 16)]
    internal struct UringUpdate
    {
        [FieldOffset(0)] public uint Offset;
        [FieldOffset(8)] public ulong Data;
    }

    /// <summary>struct io_uring_buf_reg.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 40)]
    internal struct UringBufferRing
    {
        [FieldOffset(0)] public ulong Address;
        [FieldOffset(8)] public uint Entries;
        [FieldOffset(12)] public ushort Group;
    }

    /// <summary>struct io_uring_buf; the ring's tail lies in the last two bytes of its first entry.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct UringBuffer
    {
        public ulong Address;
        public uint Length;
        public ushort Id;
        public ushort Tail;
    }

    /// <summary>struct io_uring_recvmsg_out: what stands before the name, and that before the datagram.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct UringReceived
    {
        public uint NameLength;
        public uint ControlLength;
        public uint PayloadLength;
        public uint Flags;
    }
}
