namespace EdgePbx;

/// <summary>
/// How long each part may take at the end of the process, in the order in which they end. All of it together must stay well below
/// what the service manager waits for (<c>TimeoutStopSec</c> in board/debian/edgepbx.service): who is killed says nothing.
/// </summary>
internal static class ShutdownLimits
{
    /// <summary>One that is not told of the end resets the machine, so it is waited for longest of those that only have to hear of it.</summary>
    public static readonly TimeSpan Watchdog = TimeSpan.FromMilliseconds(500);

    /// <summary>Whoever asks just now gets his answer.</summary>
    public static readonly TimeSpan Status = TimeSpan.FromMilliseconds(200);

    /// <summary>Calls end, and files of recordings are closed.</summary>
    public static readonly TimeSpan Calls = TimeSpan.FromMilliseconds(1500);

    /// <summary>Beyond that, for the last turn of signalling.</summary>
    public static readonly TimeSpan Signalling = TimeSpan.FromMilliseconds(200);

    /// <summary>For what is still open, and digests; what has none yet gets it at the next start.</summary>
    public static readonly TimeSpan Recorder = TimeSpan.FromMilliseconds(600);

    /// <summary>Call records that wait for the medium, at least.</summary>
    public static readonly TimeSpan Records = TimeSpan.FromMilliseconds(500);

    /// <summary>What was acknowledged is safe already.</summary>
    public static readonly TimeSpan Registrations = TimeSpan.FromMilliseconds(300);

    /// <summary>They go dark.</summary>
    public static readonly TimeSpan Lamps = TimeSpan.FromMilliseconds(200);

    /// <summary>The last lines.</summary>
    public static readonly TimeSpan Log = TimeSpan.FromMilliseconds(200);

    /// <summary>What calls and recordings have not used is theirs too: nobody can make a record anew.</summary>
    /// <param name="used">By those.</param>
    public static TimeSpan RecordsAfter(TimeSpan used) => Records + TimeSpan.FromTicks(Math.Max(0, (Calls + Signalling + Recorder - used).Ticks));

    /// <summary>If all of them hang.</summary>
    public static TimeSpan All => Watchdog + Status + Calls + Signalling + Recorder + Records + Registrations + Lamps + Log;
}
