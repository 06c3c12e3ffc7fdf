namespace EdgePbx.Core;

/// <summary>The sockets of one stream of one leg. Its release is asked for here and confirmed by the relay thread.</summary>
internal sealed class RelayPath(RelayTable table, RelayKey key, ushort rtpPort, Leg leg, ResourceScope scope) : Owned(scope, ResourceKind.RelayPath)
{
    public RelayKey Key => key;

    /// <summary>Even; RTCP is the next one.</summary>
    public ushort RtpPort => rtpPort;

    public Leg Leg => leg;

    /// <summary>Who is told when the relay thread has let go.</summary>
    public ResourceScope Scope { get; } = scope;

    /// <summary>The relay thread never said that it has let go: nobody owns it any more, and its ports are not lent again until it does.</summary>
    public bool IsQuarantined { get; set; }

    /// <summary>Where media really comes from, once the relay has seen it.</summary>
    public NetEndpoint Source { get; set; }

    /// <summary>What the relay told last.</summary>
    public MediaReport Media { get; set; }

    /// <summary>It was said that this phone is not heard while the other one is.</summary>
    public bool IsOneWay { get; set; }

    /// <summary>What the relay was told last of how long silence may last.</summary>
    public TimeSpan? DeadAfter { get; private set; }

    /// <summary>The phone had to send at some time.</summary>
    public bool HadToSend { get; private set; }

    public void Configure(RelaySettings settings)
    {
        DeadAfter = settings.DeadAfter;
        HadToSend |= settings.ExpectsMedia;
        table.Configure(key, settings);
    }

    internal override Release Release(Instant now)
    {
        table.Close(key);
        return Core.Release.Pending;
    }
}
