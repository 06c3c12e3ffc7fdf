namespace EdgePbx.Core;

/// <summary>
/// Which addresses are known, because somebody there has a registration or a dialog that began with right credentials, and
/// which TCP connections carry one. Whoever gives a reason takes a <see cref="SourceHold"/> and gives it back, once.
/// </summary>
/// <remarks>
/// An IPv4 address counts whole: behind it may be one phone or an office. Of an IPv6 address the first 64 bits count, since a
/// host may use all that follow. Fixed in size, and nothing is allocated for a question. Over UDP a source is what its sender
/// wrote: to be known is a reason to be served first, and never one to be trusted.
/// </remarks>
internal sealed class SourceTable
{
    /// <summary>Addresses that can be known at once; those that come later are served as strangers are.</summary>
    public const int Limit = 3072;

    private const int Places = 4096; // a power of two, and never full: a search ends at a free place

    /// <summary>What one known address may send before strangers: enough for an office behind it.</summary>
    private static readonly TokenRate Rate = new(burst: 4000, perSecond: 2000);

    private readonly Entry[] _entries = new Entry[Places];
    private readonly Dictionary<uint, int> _connections = new(256);

    /// <summary>Known addresses.</summary>
    public int Count { get; private set; }

    /// <summary>Reasons that are held.</summary>
    public int Holds { get; private set; }

    /// <summary>Somebody at this address has a registration or a dialog now. "None" is never known.</summary>
    public bool IsKnown(NetAddress source) => _entries[Find(source.Network)].Holds > 0;

    /// <summary>This very connection carries a registration or a dialog.</summary>
    public bool IsCarrying(in SipFlow flow) => flow is { Transport: SipTransport.Tcp, Connection: > 0 } && _connections.ContainsKey(flow.Connection);

    /// <summary>A datagram has come from there. False: from a stranger, or from a known address that sends more than its phones could.</summary>
    public bool TryServe(Instant now, NetAddress source)
    {
        ref Entry entry = ref _entries[Find(source.Network)];
        return entry.Holds > 0 && Rate.TryTake(ref entry.FullAt, now);
    }

    /// <returns>False: there is no room, and nothing is to be given back.</returns>
    internal bool TryAdd(NetAddress source)
    {
        NetAddress network = source.Network;
        ref Entry entry = ref _entries[Find(network)];
        if (network.IsNone || (entry.Holds == 0 && Count == Limit))
        {
            return false;
        }
        if (entry.Holds == 0)
        {
            entry = new Entry { Source = network };
            Count++;
        }
        entry.Holds++;
        Holds++;
        return true;
    }

    /// <summary>Takes back what <see cref="TryAdd"/> gave.</summary>
    internal void Remove(NetAddress source)
    {
        int place = Find(source.Network);
        if (_entries[place].Holds == 0)
        {
            throw new InvalidOperationException("source given back twice");
        }
        Holds--;
        if (--_entries[place].Holds == 0)
        {
            Count--;
            Close(place);
        }
    }

    internal void AddConnection(uint connection) =>
        _connections[connection] = _connections.GetValueOrDefault(connection) + 1;

    internal void RemoveConnection(uint connection)
    {
        int left = _connections.GetValueOrDefault(connection) - 1;
        if (left < 0)
        {
            throw new InvalidOperationException("connection given back twice");
        }
        if (left > 0)
        {
            _connections[connection] = left;
        }
        else
        {
            _ = _connections.Remove(connection);
        }
    }

    private static int PlaceOf(NetAddress network) => network.GetHashCode() & (Places - 1);

    /// <summary>Where the network is, or the free place where it would be.</summary>
    private int Find(NetAddress network)
    {
        int place = PlaceOf(network);
        while (_entries[place].Holds > 0 && _entries[place].Source != network)
        {
            place = (place + 1) & (Places - 1);
        }
        return place;
    }

    /// <summary>A place is free: what was put further on because of it moves up, so that no search ends too early.</summary>
    private void Close(int free)
    {
        _entries[free] = default;
        for (int place = (free + 1) & (Places - 1); _entries[place].Holds > 0; place = (place + 1) & (Places - 1))
        {
            int wanted = PlaceOf(_entries[place].Source);
            if (((place - wanted) & (Places - 1)) >= ((place - free) & (Places - 1)))
            {
                _entries[free] = _entries[place];
                _entries[place] = default;
                free = place;
            }
        }
    }

    private struct Entry
    {
        public NetAddress Source;
        public Instant FullAt;
        public int Holds;
    }
}
