namespace EdgePbx.Core;

/// <summary>Whether media comes from a phone that should send some.</summary>
public enum MediaFlow : byte
{
    /// <summary>It need not send: on hold, or the call is not answered yet.</summary>
    Unwatched,

    /// <summary>It does, or has not been silent for long.</summary>
    Flowing,

    /// <summary>No RTP for <see cref="PathQuality.SilentAfter"/>.</summary>
    Silent,

    /// <summary>It was heard once, and then came neither RTP nor RTCP for as long as the settings allow.</summary>
    Dead,
}

/// <summary>What the relay knows about the media of one path up to a moment.</summary>
/// <param name="Received">The stream that arrives from the phone.</param>
/// <param name="Flow">Whether it arrives.</param>
public readonly record struct MediaReport(RtpStreamReport Received, MediaFlow Flow)
{
    /// <summary>The phone at the other end of the path is being heard at this very moment.</summary>
    public bool IsOtherSpeaking { get; init; }

    /// <summary>Nothing is sent to the phone any more, because it was never heard where it said that it is.</summary>
    public bool IsCutOff { get; init; }

    /// <summary>Packets from the phone's addresses that were not passed on: no RTP, or not from where it was expected.</summary>
    public long Refused { get; init; }

    /// <summary>Packets whose payload type was not agreed on.</summary>
    public long Foreign { get; init; }

    /// <summary>The last such type.</summary>
    public int ForeignType { get; init; }

    /// <summary>Box to phone and back, by the phone's RTCP; null: it has not told.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>How the phone says that it hears the other one; null: it has not told.</summary>
    public RtcpReportBlock? Heard { get; init; }
}
