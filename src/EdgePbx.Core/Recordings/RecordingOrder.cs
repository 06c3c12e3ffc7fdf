namespace EdgePbx.Core;

/// <summary>What kind of file a call becomes.</summary>
public enum RecordingFormat : byte
{
    /// <summary>The codec can't be recorded.</summary>
    None,

    /// <summary>Stereo WAV, 16 bit, 8 kHz: G.711.</summary>
    Narrow,

    /// <summary>The same at 16 kHz: G.722.</summary>
    Wide,

    /// <summary>One Ogg Opus file a leg, the packets as they came.</summary>
    Opus,
}

/// <summary>Which of the two phones; the number of its channel.</summary>
public enum RecordedSide : byte { Caller, Callee }

/// <summary>A recording that shall begin. Its packets come by the taps of the call's relay paths.</summary>
public sealed record RecordingOrder
{
    public required RecordingFormat Format { get; init; }

    /// <summary>For the name of the file and its line in the call records.</summary>
    public string Call { get; init; } = "";
    public string CallId { get; init; } = "";
    public string From { get; init; } = "";
    public string To { get; init; } = "";

    /// <summary>1 for the first recording of the call, then 2 and so on.</summary>
    public int Part { get; init; } = 1;
}

/// <summary>What the relay copies of one path's packets, and for whom. An immutable value, part of <see cref="RelaySettings"/>.</summary>
public sealed record MediaTap
{
    /// <summary>None: only digits are listened for.</summary>
    public RecordingKey Recording { get; init; }
    public RecordedSide Side { get; init; }
    public required CodecMap Codecs { get; init; }

    /// <summary>Each key press is told to <see cref="PbxEngine.DigitHeard"/>.</summary>
    public bool WantsDigits { get; init; }
}

/// <summary>What a recorder says of one recording.</summary>
public enum RecordingReportKind : byte
{
    /// <summary>Its files are open.</summary>
    Started,

    /// <summary>The relay copies nothing for it any more, and the recorder has all that it needs to close the files.</summary>
    HandedOver,

    /// <summary>Its files are closed, or never were open; the last word.</summary>
    Closed,
}

/// <summary>One report of the recorder's.</summary>
/// <param name="File">The name of the file, without its folder; of two files the caller's.</param>
/// <param name="Problem">Why it ended before it should, or never began; empty: nothing was wrong.</param>
public readonly record struct RecordingReport(RecordingReportKind Kind, RecordingKey Recording, string File, string Problem = "")
{
    public double Seconds { get; init; }
    public long Bytes { get; init; }

    /// <summary>Packets that the recorder could not take in time; they are silence now.</summary>
    public long Dropped { get; init; }
}
