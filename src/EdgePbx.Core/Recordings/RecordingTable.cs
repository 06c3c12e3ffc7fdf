namespace EdgePbx.Core;

/// <summary>Every recording that is open or closing, in generational slots. A report with an old key finds nothing.</summary>
internal sealed class RecordingTable(Outbox outbox)
{
    private readonly List<Recording?> _recordings = [];
    private readonly List<uint> _generations = [];
    private readonly Stack<ushort> _free = new();

    /// <summary>Recordings whose files may still be open.</summary>
    public int Count { get; private set; }

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
        outbox.Add(new Output(OutputKind.StartRecording) { Recording = key, Order = order });
        return recording;
    }

    public Recording? Find(RecordingKey key) =>
        key.Slot < _recordings.Count && _generations[key.Slot] == key.Generation ? _recordings[key.Slot] : null;

    public void Stop(RecordingKey key) => outbox.Add(new Output(OutputKind.StopRecording) { Recording = key });

    /// <summary>The recorder has closed the files. Null: no call waits for it.</summary>
    public Recording? Closed(RecordingKey key)
    {
        if (Find(key) is { } recording)
        {
            Forget(recording);
            recording.Call.Ledger.Close(ReceiptKind.File, recording.Files);
            return recording;
        }
        return null;
    }

    /// <summary>Its call waits no longer. Whatever the recorder says of it later finds nothing.</summary>
    public void Forget(Recording recording)
    {
        _recordings[recording.Key.Slot] = null;
        _free.Push(recording.Key.Slot);
        Count--;
    }

    public int ForgetWhere(Predicate<CallLedger?> isLeft)
    {
        Recording[] left = [.. _recordings.OfType<Recording>().Where(recording => isLeft(recording.Call.Ledger))];
        foreach (Recording recording in left)
        {
            Stop(recording.Key);
            Forget(recording);
        }
        return left.Length;
    }
}
