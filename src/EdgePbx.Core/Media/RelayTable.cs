namespace EdgePbx.Core;

/// <summary>Every relay path that is open or closing, in generational slots. A report with an old key finds nothing.</summary>
internal sealed class RelayTable(IMediaPorts ports, Outbox outbox)
{
    private readonly List<RelayPath?> _paths = [];
    private readonly List<uint> _generations = [];
    private readonly Stack<ushort> _free = new();

    /// <summary>Paths whose sockets may still be open.</summary>
    public int Count { get; private set; }

    /// <summary>How many there ever were at once, and how many of these places wait for the next path.</summary>
    internal (int All, int Free) Slots => (_paths.Count, _free.Count);

    /// <summary>Paths that no call owns any more, and whose sockets the relay thread has not closed.</summary>
    public int Quarantined { get; private set; }

    /// <summary>UDP ports lent: an RTP and an RTCP port a path.</summary>
    public int PortsInUse => 2 * Count;

    /// <summary>Opens the sockets of a stream; null when ports or slots are exhausted, and then nothing is held.</summary>
    public RelayPath? TryOpen(Leg leg, ResourceScope scope, NetAddress local)
    {
        if (scope.IsClosing)
        {
            return null; // what ends opens nothing
        }
        if (!_free.TryPeek(out ushort slot))
        {
            if (_paths.Count == ushort.MaxValue)
            {
                return null;
            }
            slot = (ushort)_paths.Count;
            _paths.Add(null);
            _generations.Add(0);
            _free.Push(slot);
        }
        var key = new RelayKey(slot, ++_generations[slot]);
        if (!ports.TryOpen(key, local, out ushort port))
        {
            return null;
        }
        _ = _free.Pop(); // only now is it taken: whatever stopped the host, the slot stays free
        Count++;
        leg.Call.Account!.Paths++;
        scope.Ledger?.Open(ReceiptKind.Port, 2);
        scope.Ledger?.Open(ReceiptKind.Socket, 2);
        return _paths[slot] = new RelayPath(this, key, port, leg, scope);
    }

    public RelayPath? Find(RelayKey key) =>
        key.Slot < _paths.Count && _generations[key.Slot] == key.Generation ? _paths[key.Slot] : null;

    public void Configure(RelayKey key, RelaySettings settings) =>
        outbox.Add(new Output(OutputKind.ConfigureRelay) { Relay = key, Settings = settings });

    public void Close(RelayKey key) => outbox.Add(new Output(OutputKind.CloseRelay) { Relay = key });

    /// <summary>Its call waits no longer. Slot and ports stay taken until the relay thread says that it has let go, for ever if it never does.</summary>
    public void Quarantine(RelayPath path)
    {
        if (!path.IsQuarantined)
        {
            path.IsQuarantined = true;
            path.Leg.Call.Account!.Paths--;
            Count--;
            Quarantined++;
        }
    }

    public int QuarantineWhere(Predicate<CallLedger?> isLeft)
    {
        RelayPath[] left = [.. _paths.OfType<RelayPath>().Where(path => !path.IsQuarantined && isLeft(path.Scope.Ledger))];
        foreach (RelayPath path in left)
        {
            Close(path.Key); // if nobody has asked for it; the relay ignores what is gone
            Quarantine(path);
        }
        return left.Length;
    }

    /// <summary>The relay thread has closed the sockets: now, and only now, the ports may be lent again. Null: no call waits for it.</summary>
    public RelayPath? Closed(RelayKey key)
    {
        if (Find(key) is not { } path)
        {
            return null;
        }
        _paths[key.Slot] = null;
        _free.Push(key.Slot);
        ports.Return(key);
        path.Scope.Ledger?.Close(ReceiptKind.Port, 2);
        path.Scope.Ledger?.Close(ReceiptKind.Socket, 2);
        if (path.IsQuarantined)
        {
            Quarantined--;
            path.Scope.Ledger?.Close(ReceiptKind.MediaPath);
            return null;
        }
        path.Leg.Call.Account!.Paths--;
        Count--;
        return path;
    }
}
