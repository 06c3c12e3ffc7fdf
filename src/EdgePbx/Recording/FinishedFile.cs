using EdgePbx.Core;

namespace EdgePbx;

/// <summary>A closed file of a recording, with what its line in the call records will say.</summary>
/// <param name="Path">As it is called until its line is written,</param>
/// <param name="KeptPath">and from then on.</param>
internal sealed record FinishedFile(string Path, string KeptPath)
{
    public required RecordingOrder Order { get; init; }

    /// <summary>By the clock on the wall.</summary>
    public DateTime Start { get; init; }

    /// <summary>Null: both phones are in it, each in its channel.</summary>
    public RecordedSide? Side { get; init; }
    public double Seconds { get; init; }
    public long Bytes { get; init; }
    public int Missed { get; init; }

    /// <summary>Why it ends too early.</summary>
    public string Problem { get; init; } = "";

    /// <summary>It was closed at a start, after a power cut or a crash.</summary>
    public bool IsTorn { get; init; }
}
