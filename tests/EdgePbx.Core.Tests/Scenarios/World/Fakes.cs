using Microsoft.Extensions.Logging;

namespace EdgePbx.Core.Tests;

/// <summary>Random bytes from a seed, so that a run can be repeated.</summary>
internal sealed class SeededEntropy(int seed) : Entropy
{
    private readonly Random _random = new(seed);

    public override void Fill(Span<byte> bytes) => _random.NextBytes(bytes);
}

/// <summary>Ports without sockets, the lowest free one first. Each open key is known, so a second return or a loss shows.</summary>
internal sealed class FakePorts : IMediaPorts
{
    private readonly Dictionary<RelayKey, ushort> _open = [];

    public int Open => _open.Count;

    /// <summary>Whose sockets they are.</summary>
    public RelayKey OwnerOf(ushort rtpPort) => _open.Single(pair => pair.Value == rtpPort).Key;

    /// <summary>How many more pairs may be opened before the range is exhausted.</summary>
    public int Left { get; set; } = int.MaxValue;

    /// <summary>After how many more pairs a bug of the host is met, in the middle of a call.</summary>
    public int ThrowsAfter { get; set; } = int.MaxValue;

    public bool TryOpen(RelayKey key, NetAddress local, out ushort rtpPort)
    {
        rtpPort = 0;
        if (Left <= 0)
        {
            return false;
        }
        if (ThrowsAfter-- <= 0)
        {
            throw new InvalidOperationException("the host has a bug");
        }
        Left--;
        rtpPort = 10000;
        while (_open.ContainsValue(rtpPort))
        {
            rtpPort += 2;
        }
        _open.Add(key, rtpPort);
        return true;
    }

    /// <summary>The range ends with 19999.</summary>
    public bool MayBeOurs(NetEndpoint endpoint) => endpoint.Port is >= 10000 and < 20000;

    public void Return(RelayKey key)
    {
        if (!_open.Remove(key))
        {
            throw new InvalidOperationException($"ports of {key} returned twice"); // caught by the scope, and seen as release_failed
        }
    }
}

/// <summary>The box at 192.0.2.1 or where a test wants it, and at 2001:db8::1 for IPv6 peers.</summary>
internal sealed class FakeAddresses(NetAddress? box = null) : ILocalAddresses
{
    private readonly NetAddress _box = box ?? BoxV4;

    public static readonly NetAddress BoxV4 = NetAddress.FromV4(192, 0, 2, 1);

    public static NetAddress BoxV6 { get; } = NetAddress.TryParse("2001:db8::1", out NetAddress address) ? address : default;

    /// <summary>False: the box has no address of IPv6.</summary>
    public bool HasV6 { get; set; } = true;

    /// <summary>Who is in a network of the box's.</summary>
    public Func<NetAddress, bool> Neighbours { get; set; } = static _ => false;

    public bool IsOurs(NetAddress address) => address == _box || address == BoxV6;

    public bool IsNeighbour(NetAddress peer) => Neighbours(peer);

    public NetEndpoint SipEndpointFor(SipTransport transport, NetAddress peer) => new(MediaAddressFor(peer), 5060);

    public NetAddress MediaAddressFor(NetAddress peer) => !peer.IsV6 ? _box : HasV6 ? BoxV6 : default;

    public bool HasMediaAt(NetAddress address) => address == _box || address == BoxV6;

    public bool ListensAt(NetEndpoint endpoint) => HasMediaAt(endpoint.Address) && endpoint.Port == 5060;
}

/// <summary>A notebook for events.</summary>
internal sealed class EventNotebook : ILogger
{
    public List<(LogLevel Level, string Name, string Text, Exception? Failure)> Events { get; } = [];

    public int Count(string name) => Events.Count(e => e.Name == name);

    /// <summary>The next event of this name is noted, and whoever told it meets a bug.</summary>
    public string FaultAt { get; set; } = "";

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Events.Add((logLevel, eventId.Name ?? "", formatter(state, exception), exception));
        if (eventId.Name == FaultAt)
        {
            FaultAt = "";
            throw new InvalidOperationException("a bug that was planted");
        }
    }

    /// <summary>Nothing is noted from now on.</summary>
    public bool IsClosed { get; set; }

    public bool IsEnabled(LogLevel logLevel) => !IsClosed;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}
