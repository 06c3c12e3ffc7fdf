using EdgePbx.Core;

namespace EdgePbx;

/// <summary>One slot of the relay: the two sockets of a path, what the engine wants done with it, and whose packets it takes.</summary>
internal sealed class RelayPath
{
    /// <summary>Each slot has two streams, whose tags follow from its own number.</summary>
    public const int Streams = 2;

    private UnprovenTarget _unproven;

    /// <param name="slot">Its own number.</param>
    /// <param name="own">The ports of all paths.</param>
    public RelayPath(int slot, OwnPorts own)
    {
        Rtp = new RelayStream(this, Quality, Streams * slot, own);
        Rtcp = new RelayStream(this, Quality, (Streams * slot) + 1, own);
    }

    public RelayStream Rtp { get; }
    public RelayStream Rtcp { get; }

    /// <summary>What arrives here, and whether.</summary>
    public PathQuality Quality { get; } = new();

    /// <summary>Key presses among what arrives.</summary>
    public TelephoneEvents Keys { get; } = new();

    /// <summary>Where something came from last that was taken: whoever is there wants to be sent to.</summary>
    public NetAddress Proven { get; private set; }

    /// <summary>Its source is news that could not be told yet.</summary>
    public bool HasUntoldSource { get; set; }

    /// <summary>None: the slot is free.</summary>
    public RelayKey Key { get; private set; }

    /// <summary>Null until the first order, and again when it is about to be closed.</summary>
    public RelaySettings? Settings { get; private set; }

    /// <summary>Of its sockets, how many the kernel still has in its hands while the path is being closed; 0: it isn't.</summary>
    public int Lingering { get; set; }

    /// <summary>The RTP port; RTCP's is the next.</summary>
    public ushort Port { get; private set; }

    public void Open(Instant now, RelayKey key, MediaSockets sockets)
    {
        (Key, Port, Proven, HasUntoldSource) = (key, sockets.Port, default, false);
        _unproven.Reset();
        Quality.Open(now);
        Keys.Reset();
        Rtp.Open(sockets.Rtp);
        Rtcp.Open(sockets.Rtcp);
    }

    public void Configure(Instant now, RelaySettings settings)
    {
        bool isHeard = Quality.IsSpeaking(now);
        Settings = settings;
        Quality.Configure(now, settings);
        Rtp.Configure(now, settings, isHeard);
        Rtcp.Configure(now, settings, isHeard);
    }

    /// <summary>A packet from this address was taken.</summary>
    public void Heard(NetAddress source)
    {
        _unproven.Earn();
        if (source != Proven)
        {
            Proven = source;
            Quality.IsCutOff = false;
            Rtp.Aim();
            Rtcp.Aim();
        }
    }

    /// <summary>One packet more for an address that nothing came from. False: it had enough.</summary>
    public bool TrySpendOnUnproven()
    {
        bool may = _unproven.TrySpend();
        Quality.IsCutOff |= !may;
        return may;
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
