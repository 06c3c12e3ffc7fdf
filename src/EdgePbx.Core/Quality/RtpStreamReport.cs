namespace EdgePbx.Core;

/// <summary>What one RTP stream was like up to a moment, seen where it arrives. All counts are packets.</summary>
public readonly record struct RtpStreamReport
{
    /// <summary>The synchronization source that was heard last.</summary>
    public uint Ssrc { get; init; }

    /// <summary>Different packets that arrived.</summary>
    public long Received { get; init; }

    /// <summary>Packets that the sequence numbers tell of and that never came (RFC 3550 A.3).</summary>
    public long Lost { get; init; }

    /// <summary>Packets that came after one that was sent later.</summary>
    public long Reordered { get; init; }

    /// <summary>Copies of a packet that had come already.</summary>
    public long Duplicated { get; init; }

    /// <summary>Interarrival jitter at this moment (RFC 3550 6.4.1).</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>The highest it ever was.</summary>
    public TimeSpan MaxJitter { get; init; }

    /// <summary>The longest time between two packets that followed each other.</summary>
    public TimeSpan LargestGap { get; init; }

    /// <summary>All the time in which nothing came though it went on later: the sum of the gaps that were <see cref="RtpStreamStatistics.SilentGap"/> or longer, but for holds.</summary>
    public TimeSpan Silence { get; init; }

    /// <summary>When the last packet came; <see cref="Instant.Never"/>: none came yet.</summary>
    public Instant LastArrival { get; init; }

    /// <summary>How often another synchronization source took over.</summary>
    public int SourceChanges { get; init; }

    /// <summary>0 to 1: the part of what was sent that did not arrive.</summary>
    public double LossRatio => Received + Lost == 0 ? 0 : (double)Lost / (Received + Lost);
}
