namespace EdgePbx;

/// <summary>Asks the kernel to let the calling thread go before others: a packet that waits for the processor is jitter.</summary>
internal static unsafe class ThreadScheduling
{
    private const int RealTimePriority = 10; // of 1 to 99: above everything usual, below the kernel's own threads
    private const int Nice = -15;

    /// <summary>Real-time if the process may (CAP_SYS_NICE, or a limit of systemd), else a better nice value, else as it was. Returns which, in words for the log.</summary>
    public static string Raise()
    {
        int priority = RealTimePriority;
        return Native.sched_setscheduler(0, Native.SCHED_FIFO | Native.SCHED_RESET_ON_FORK, &priority) == 0 ? "real-time"
            : Native.setpriority(Native.PRIO_PROCESS, 0, Nice) == 0 ? "preferred"
            : "normal";
    }
}
