using EdgePbx.Core;

namespace EdgePbx;

/// <summary>What the signalling thread tells the relay thread to do.</summary>
internal enum RelayOrderKind : byte
{
    /// <summary>Takes over the sockets of a new path.</summary>
    Add,

    /// <summary>Replaces the settings of a path.</summary>
    Configure,

    /// <summary>Closes the sockets of a path and reports it.</summary>
    Close,

    /// <summary>Passes on all that was copied for a recording, and that it ends.</summary>
    StopRecording,

    /// <summary>Closes everything and ends the thread.</summary>
    Stop,
}

/// <summary>One order. The sockets in it have moved to the relay thread.</summary>
internal readonly record struct RelayOrder(RelayOrderKind Kind, RelayKey Relay)
{
    public MediaSockets Sockets { get; init; }
    public RelaySettings? Settings { get; init; }
    public RecordingKey Recording { get; init; }
}
