namespace EdgePbx.Core;

/// <summary>What has happened since the start; plain numbers of the signalling thread.</summary>
internal sealed class Counters
{
    public long CallsSetUp { get; set; }
    public long CallsEstablished { get; set; }
    public long CallsReleased { get; set; }
    public long CleanupsOverdue { get; set; }
    public long MessagesReceived { get; set; }
    public long MessagesMalformed { get; set; }
    public long InviteRetransmissionsAbsorbed { get; set; }
    public long RegistersAccepted { get; set; }
    public long RegistersRejected { get; set; }

    /// <summary>Wrong credentials, and those that were not looked at since too many were wrong before.</summary>
    public long CredentialsRefused { get; set; }
    public long CredentialsWithheld { get; set; }
    public long SessionsRefreshed { get; set; }
    public long SessionsExpired { get; set; }
    public long CallsRefusedNoPorts { get; set; }
    public long CallsRefusedTableFull { get; set; }
    public long CallsFaulted { get; set; }
    public long OneWayAudio { get; set; }
    public long RecordingsStarted { get; set; }
    public long RecordingsFailed { get; set; }
    public long RequestsRefusedShare { get; set; }
    public long RequestsRefusedOverload { get; set; }
    public long DatagramsDroppedStrangers { get; set; }
    public long AnswersWithheld { get; set; }

    /// <summary>When a session was last refreshed, and when one last ended a call; null: never.</summary>
    public Instant? LastRefresh { get; set; }
    public Instant? LastExpiry { get; set; }
}
