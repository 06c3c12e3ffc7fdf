namespace EdgePbx.Core;

/// <summary>The media of one leg of a call: the stream from its phone, and how that phone heard the other one. Times in milliseconds.</summary>
public sealed record MediaRecord
{
    /// <summary>As in <see cref="RtpStreamReport"/>: what the phone sent and the box saw.</summary>
    public long Received { get; init; }
    public long Lost { get; init; }
    public long Reordered { get; init; }
    public long Duplicated { get; init; }
    public int SourceChanges { get; init; }

    /// <summary>The highest interarrival jitter.</summary>
    public double JitterMs { get; init; }
    public double LargestGapMs { get; init; }

    /// <summary>All the time in which nothing came though it went on later, of at least 200 ms each.</summary>
    public double SilenceMs { get; init; }

    /// <summary>Packets from the phone's addresses that were not passed on: no RTP, or not from where it was expected.</summary>
    public long Refused { get; init; }

    /// <summary>Packets whose payload type was not agreed on.</summary>
    public long Foreign { get; init; }

    /// <summary>The last such type; null: there was none.</summary>
    public int? ForeignType { get; init; }

    /// <summary>Box to phone and back; null: the phone's RTCP did not tell.</summary>
    public double? RoundTripMs { get; init; }

    /// <summary>0 to 1: the part of the other phone's packets that this one did not get, as far as it told or the box saw.</summary>
    public double HeardLossRatio { get; init; }

    /// <summary>How the person at this phone heard the other one: mean opinion score, 1 to 4.5 (ITU-T G.107); null: nothing was heard.</summary>
    public double? Score { get; init; }
}
