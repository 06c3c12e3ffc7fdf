namespace EdgePbx.Core;

/// <summary>
/// How much memory signalling may take, and the totals that follow from it. Every request that was answered is remembered for
/// half a minute (RFC 3261 17.2), so these totals are what limits calls and registrations a second.
/// </summary>
public sealed record MemoryBudget
{
    /// <summary>In bytes: what a machine of 64 MiB spares.</summary>
    public const long Least = 16 << 20;

    /// <summary>In bytes: more is taken when the configuration says so only.</summary>
    public const long MostByDefault = 256 << 20;

    /// <summary>In bytes: the largest that the configuration may say.</summary>
    public const long Most = 4L << 30;

    /// <summary>The part of the machine's memory that is taken by default: one in so many.</summary>
    private const int MachineShare = 4;

    /// <summary>
    /// What a remembered request costs with all that belongs to it, in bytes: a finished call is two of them, a request
    /// of ours, its receipt and its record. <c>MemoryBudgetScenarios</c> sees to it that this is enough.
    /// </summary>
    private const int BytesPerRequest = 2048;

    /// <summary>So many phones may come back within half a minute even on the smallest box: one costs less than a call.</summary>
    private const int LeastRegistrations = 1024;

    private MemoryBudget(long bytes) => Bytes = bytes;

    /// <summary>What a machine of 512 MiB gives.</summary>
    public static MemoryBudget Default { get; } = Of(128 << 20);

    /// <summary>All of it.</summary>
    public long Bytes { get; }

    /// <summary>
    /// Requests of known senders and within dialogs that are being answered or remembered; above it they get 503. BYE and
    /// CANCEL never do: they end something, and there is one of them for each thing that they end.
    /// </summary>
    public int ServerTransactions => (int)(Remembered / BytesPerRequest);

    /// <summary>Of these all but REGISTERs, above which hardly a new call is taken: what is up has the other half for itself.</summary>
    public int CallTransactions => ServerTransactions / 2;

    /// <summary>REGISTERs among them, above which hardly a new one is taken: phones that come back all at once leave room for calls.</summary>
    public int RegisterTransactions => Math.Max(LeastRegistrations, ServerTransactions / 4);

    /// <summary>Bytes of messages that are held, above which hardly a new call or registration is taken.</summary>
    public long HeldBytes => Remembered / 2;

    // the other half is what a heap needs between two collections, and the calls that are up
    private long Remembered => Bytes / 2;

    /// <param name="bytes">What it may take; below <see cref="Least"/> a box could not do its work.</param>
    public static MemoryBudget Of(long bytes) => new(Math.Clamp(bytes, Least, Most));

    /// <param name="machineBytes">What the machine has, or what the process may take of it.</param>
    public static MemoryBudget ForMachine(long machineBytes) => Of(Math.Min(machineBytes / MachineShare, MostByDefault));
}
