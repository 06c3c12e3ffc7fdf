using EdgePbx.Core;

namespace EdgePbx;

/// <summary>One slot of the relay: the two sockets of a path, what the engine wants done with it, and whose packets it takes.</summary>
internal sealed class RelayPath
{
    public RelayStream Rtp { get; } = new();
    public RelayStream Rtcp { get; } = new();

    /// <summary>What arrives here, and whether.</summary>
    public PathQuality Quality { get; } = new();

    /// <summary>None: the slot is free.</summary>
    public RelayKey Key { get; private set; }

    /// <summary>Null until the first order.</summary>
    public RelaySettings? Settings { get; private set; }

    public void Open(Instant now, RelayKey key, MediaSockets sockets)
    {
        Key = key;
        Quality.Open(now);
        Rtp.Open(sockets.Rtp);
        Rtcp.Open(sockets.Rtcp);
    }

    public void Configure(Instant now, RelaySettings settings)
    {
        Settings = settings;
        Quality.Configure(now, settings);
        Rtp.Latch.Configure(now, settings.RemoteRtp, settings.SignallingSource, settings.OpensLatch);
        Rtcp.Latch.Configure(now, settings.RemoteRtcp, settings.SignallingSource, settings.OpensLatch);
    }

    public void Close()
    {
        new MediaSockets(Rtp.Descriptor, Rtcp.Descriptor).Close();
        Key = default;
        Settings = null;
    }
}
