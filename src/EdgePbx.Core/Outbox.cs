namespace EdgePbx.Core;

/// <summary>What an <see cref="Output"/> asks the host to do.</summary>
public enum OutputKind : byte
{
    /// <summary>Send <see cref="Output.Message"/> by <see cref="Output.Flow"/>, then give the buffer back with <see cref="SipBuffer.Return"/>.</summary>
    Send,

    /// <summary>Give <see cref="Output.Settings"/> to the relay path <see cref="Output.Relay"/>.</summary>
    ConfigureRelay,

    /// <summary>Close the sockets of <see cref="Output.Relay"/> on the relay thread, then call <see cref="PbxEngine.RelayClosed"/>.</summary>
    CloseRelay,

    /// <summary>Close the TCP connection of <see cref="Output.Flow"/>.</summary>
    CloseFlow,

    /// <summary>Write <see cref="Output.Record"/> down.</summary>
    Record,

    /// <summary>Put <see cref="Output.Bindings"/> on the medium, then call <see cref="PbxEngine.BindingsKept"/> with its number.</summary>
    KeepBindings,
    /// <summary>Begin <see cref="Output.Recording"/> as <see cref="Output.Order"/> says, and report it to <see cref="PbxEngine.RecordingReported"/>.</summary>
    StartRecording,

    /// <summary>Close the files of <see cref="Output.Recording"/>, and report it.</summary>
    StopRecording,
}

/// <summary>One thing for the host to do. Values only; the buffer in it has moved to whoever takes it.</summary>
public readonly record struct Output(OutputKind Kind)
{
    public SipBuffer? Message { get; init; }
    public SipFlow Flow { get; init; }

    /// <summary>With <see cref="OutputKind.Send"/>: handed to <see cref="PbxEngine.SendFailed"/> if the transport can't deliver. 0: nobody asks.</summary>
    public uint Ticket { get; init; }

    public RelayKey Relay { get; init; }
    public RelaySettings? Settings { get; init; }
    public CallRecord? Record { get; init; }
    public KeptBindings? Bindings { get; init; }
    public RecordingKey Recording { get; init; }
    public RecordingOrder? Order { get; init; }
}

/// <summary>What the engine wants done, in order; the host takes all of it after each input.</summary>
public sealed class Outbox
{
    private readonly Queue<Output> _outputs = new();

    /// <summary>Messages that wait here.</summary>
    internal int Messages => _outputs.Count(static output => output.Kind == OutputKind.Send);

    public bool TryTake(out Output output) => _outputs.TryDequeue(out output);

    internal void Add(in Output output) => _outputs.Enqueue(output);
}
