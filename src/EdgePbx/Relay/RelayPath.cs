using EdgePbx.Core;

namespace EdgePbx;

/// <summary>One slot of the relay: the two sockets of a path, what the engine wants done with it, and whose packets it takes.</summary>
internal sealed class RelayPath
{
    /// <summary>Each slot has two streams, whose tags follow from its own number.</summary>
    public const int Streams = 2;

    public RelayPath(int slot)
    {
        Rtp = new RelayStream(this, Quality, Streams * slot);
        Rtcp = new RelayStream(this, Quality, (Streams * slot) + 1);
    }

    public RelayStream Rtp { get; }
    public RelayStream Rtcp { get; }

    /// <summary>What arrives here, and whether.</summary>
    public PathQuality Quality { get; } = new();

    /// <summary>Key presses among what arrives.</summary>
    public TelephoneEvents Keys { get; } = new();

    /// <summary>None: the slot is free.</summary>
    public RelayKey Key { get; private set; }

    /// <summary>Null until the first order, and again when it is about to be closed.</summary>
    public RelaySettings? Settings { get; private set; }

    /// <summary>Of its sockets, how many the kernel still has in its hands while the path is being closed; 0: it isn't.</summary>
    public int Lingering { get; set; }

    public void Open(Instant now, RelayKey key, MediaSockets sockets)
    {
        Key = key;
        Quality.Open(now);
        Keys.Reset();
        Rtp.Open(sockets.Rtp);
        Rtcp.Open(sockets.Rtcp);
    }

    public void Configure(Instant now, RelaySettings settings)
    {
        Settings = settings;
        Quality.Configure(now, settings);
        Rtp.Configure(now, settings);
        Rtcp.Configure(now, settings);
    }

    /// <summary>Nothing is relayed from here or to here any more.</summary>
    public void Mute()
    {
        Settings = null;
        Rtp.Mute();
        Rtcp.Mute();
    }

    public void Close()
    {
        new MediaSockets(Rtp.Descriptor, Rtcp.Descriptor).Close();
        Key = default;
        Mute();
    }
}
