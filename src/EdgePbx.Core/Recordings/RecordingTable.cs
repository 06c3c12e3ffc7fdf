namespace EdgePbx.Core;

/// <summary>Every recording that is open or closing, in generational slots. A report with an old key finds nothing.</summary>
internal sealed class RecordingTable
{
    private readonly Outbox _outbox;
    private readonly List<Recording?> _recordings = [];
    private readonly List<uint> _generations = [];
    private readonly Stack<ushort> _free = new();

    public RecordingTable(PbxContext context)
    {
        _outbox = context.Outbox;
        Closing = new ClosingRecordings(context, this);
        Retries = new RecordingRetries(context);
    }

    /// <summary>Recordings that are their calls'.</summary>
    public int Count { get; private set; }

    /// <summary>Those that are nobody's any more but the recorder's.</summary>
    public ClosingRecordings Closing { get; }

    /// <summary>Calls for which there was no room.</summary>
    public RecordingRetries Retries { get; }

    /// <summary>Null: the call is ending, or every slot is taken; then nothing is held.</summary>
    public Recording? TryStart(Call call, RecordingOrder order)
    {
        if (call.Scope.IsClosing || (_free.Count == 0 && _recordings.Count == ushort.MaxValue))
        {
            return null;
        }
        if (!_free.TryPop(out ushort slot))
        {
            slot = (ushort)_recordings.Count;
            _recordings.Add(null);
            _generations.Add(0);
        }
        Count++;
        var key = new RecordingKey(slot, ++_generations[slot]);
        var recording = new Recording(this, key, call, order.Format);
        _recordings[slot] = recording;
        call.Ledger.Open(ReceiptKind.File, recording.Files);
        _outbox.Add(new Output(OutputKind.StartRecording) { Recording = key, Order = order });
        return recording;
    }

    public Recording? Find(RecordingKey key) =>
        key.Slot < _recordings.Count && _generations[key.Slot] == key.Generation ? _recordings[key.Slot] : null;

    public void Stop(RecordingKey key) => _outbox.Add(new Output(OutputKind.StopRecording) { Recording = key });

    /// <summary>Its call lets go of it: its files are closed whenever the medium lets the recorder do so.</summary>
    public void HandOver(Instant now, Recording recording)
    {
        Count--;
        recording.Call.Ledger.HandOver(ReceiptKind.File, recording.Files);
        Closing.Add(now, recording);
    }

    /// <summary>The recorder has closed the files.</summary>
    public void Closed(Instant now, Recording recording)
    {
        if (recording.HandedOver is null)
        {
            Forget(recording);
            recording.Call.Ledger.Close(ReceiptKind.File, recording.Files);
        }
        else
        {
            Closing.Remove(now, recording);
        }
    }

    /// <summary>Its call waits no longer. Whatever the recorder says of it later finds nothing.</summary>
    public void Forget(Recording recording)
    {
        Free(recording.Key);
        Count--;
    }

    /// <summary>Gives the slot back.</summary>
    internal void Free(RecordingKey key)
    {
        _recordings[key.Slot] = null;
        _free.Push(key.Slot);
    }

    /// <summary>Stops and forgets what is a call's still; what is closing has its own end.</summary>
    public int ForgetWhere(Predicate<CallLedger?> isLeft)
    {
        Recording[] left = [.. _recordings.OfType<Recording>().Where(recording => recording.HandedOver is null && isLeft(recording.Call.Ledger))];
        foreach (Recording recording in left)
        {
            Stop(recording.Key);
            Forget(recording);
        }
        return left.Length;
    }
}
