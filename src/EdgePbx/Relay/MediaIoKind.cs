namespace EdgePbx;

/// <summary>How the relay asks the kernel.</summary>
public enum MediaIoKind : byte
{
    /// <summary>As measurements say (ADR 12).</summary>
    Auto,

    /// <summary>epoll, and a system call for each packet each way.</summary>
    Epoll,

    /// <summary>io_uring; where the kernel has none or forbids it, epoll.</summary>
    Uring,
}
