namespace EdgePbx.Core;

/// <summary>One extension: its number, its display name and what digest needs of its secret.</summary>
public sealed record ExtensionSettings(string Number, string Name, string Secret)
{
    /// <summary>Whether its calls are recorded; null: as the box says.</summary>
    public RecordMode? Record { get; init; }

    /// <summary>How it may show who it is; null: as the box says.</summary>
    public DigestRule? Digest { get; init; }

    /// <summary>How many calls it may make at once; null: as the box says.</summary>
    public int? MaxCalls { get; init; }

    /// <summary>Another exchange, say, which speaks for many: it is held to no share.</summary>
    public bool MayTakeAll { get; init; }

    /// <summary>Keeps the secret out of logs and dumps.</summary>
    public override string ToString() => $"extension {Number}";
}

/// <summary>What the engine knows of the configuration: one immutable tree, replaced as a whole by a reload.</summary>
public sealed record PbxSettings
{
    public string Realm { get; init; } = "edgepbx";

    /// <summary>How long an unanswered call rings.</summary>
    public TimeSpan RingTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The session interval that we ask for (RFC 4028 section 4).</summary>
    public TimeSpan SessionInterval { get; init; } = TimeSpan.FromSeconds(1800);

    /// <summary>The smallest session interval that we accept; below 90 s only in a laboratory (RFC 4028 section 5).</summary>
    public TimeSpan SessionMinimum { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>A phone that knows no session timer is refreshed by us alone after half of this, and given up when it says nothing.</summary>
    public TimeSpan WatchInterval { get; init; } = TimeSpan.FromSeconds(1800);

    /// <summary>A call is ended when neither phone has sent RTP or RTCP for so long, after both were heard and while nobody holds; null: never.</summary>
    public TimeSpan? MediaTimeout { get; init; } = TimeSpan.FromMinutes(5);

    public int MaxCalls { get; init; } = 100;

    /// <summary>How many calls an extension may make at once that says nothing itself; null: no more than are left for the others.</summary>
    public int? CallsPerExtension { get; init; }

    /// <summary>Pairs of media ports, each for one path.</summary>
    public int MediaPaths { get; init; } = 500;

    /// <summary>What may be remembered, all together.</summary>
    public MemoryBudget Memory { get; init; } = MemoryBudget.Default;

    /// <summary>How an extension may show who it is that says nothing itself.</summary>
    public DigestRule Digest { get; init; }

    /// <summary>Networks in which nobody is banned for wrong credentials, only slowed; null: those that the box has an interface in, loopback aside.</summary>
    public IReadOnlyList<NetworkRange>? NeverBan { get; init; }

    public RecordingSettings Recording { get; init; } = RecordingSettings.Off;

    public IReadOnlyList<ExtensionSettings> Extensions { get; init; } = [];
}
