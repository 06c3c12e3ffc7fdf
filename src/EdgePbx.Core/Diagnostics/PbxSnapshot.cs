namespace EdgePbx.Core;

/// <summary>Everything that <c>status</c> shows of the engine, copied at one moment.</summary>
public sealed record PbxSnapshot
{
    public IReadOnlyList<CallSnapshot> Calls { get; init; } = [];
    public IReadOnlyList<RegistrationSnapshot> Registrations { get; init; } = [];

    /// <summary>They are not on the medium, since it is full, broken or too slow: a power cut would forget them.</summary>
    public bool RegistrationsUnkept { get; init; }

    /// <summary>Who is not heard, or slowed, since his credentials were wrong; the last to fail first.</summary>
    public IReadOnlyList<BanSnapshot> Bans { get; init; } = [];

    /// <summary>The last calls that ended, newest first.</summary>
    public IReadOnlyList<EndedCallSnapshot> EndedCalls { get; init; } = [];

    /// <summary>What the reconciler found and nobody has acknowledged yet, newest first.</summary>
    public IReadOnlyList<LeftoverSnapshot> Leftovers { get; init; } = [];

    /// <summary>The last calls that were not clean, newest first.</summary>
    public IReadOnlyList<EndedCallSnapshot> UncleanCalls { get; init; } = [];

    /// <summary>How many were not clean since somebody last acknowledged it.</summary>
    public long CallsUncleanUnseen { get; init; }

    /// <summary>Of all calls since the start, those that are up included.</summary>
    public ByKind<AuditCount> Ledger { get; init; } = ByKind.From(static _ => AuditCount.None);
    public GaugeSnapshot Gauges { get; init; } = new();
    public CounterSnapshot Counters { get; init; } = new();
    public MemorySnapshot Memory { get; init; } = new();
}

/// <summary>What is remembered now, beside what follows from the budget; above a limit new calls or registrations are refused.</summary>
public sealed record MemorySnapshot
{
    public long BudgetBytes { get; init; }

    /// <summary>Requests that are being answered or remembered, but for REGISTERs.</summary>
    public int CallRequests { get; init; }
    public int CallRequestLimit { get; init; }
    public int RegisterRequests { get; init; }
    public int RegisterRequestLimit { get; init; }

    /// <summary>Of messages that are held.</summary>
    public long MessageBytes { get; init; }
    public long MessageByteLimit { get; init; }
}

/// <summary>One call. <c>Seconds</c> counts from its INVITE.</summary>
public sealed record CallSnapshot
{
    public string Call { get; init; } = "";
    public string State { get; init; } = "";
    public string From { get; init; } = "";
    public string To { get; init; } = "";
    public double Seconds { get; init; }
    public IReadOnlyList<LegSnapshot> Legs { get; init; } = [];
}

/// <summary>One source whose credentials were wrong too often.</summary>
public sealed record BanSnapshot
{
    internal const string Banned = "banned";
    internal const string Slowed = "slowed";
    internal const int MostShown = 200;

    /// <summary>Its address, or an IPv6 /64.</summary>
    public string Source { get; init; } = "";

    /// <summary>The account that it claims; empty: nothing of the source is heard.</summary>
    public string Extension { get; init; } = "";

    /// <summary><c>banned</c>: not heard; <c>slowed</c>: one guess in two seconds is judged.</summary>
    public string State { get; init; } = "";
    public string Reason { get; init; } = "";
    public double SecondsLeft { get; init; }
}

/// <summary>One call that is over.</summary>
public sealed record EndedCallSnapshot
{
    public string Call { get; init; } = "";
    public string From { get; init; } = "";
    public string To { get; init; } = "";

    /// <summary>From the answer to the end; null: nobody answered.</summary>
    public double? SecondsTalked { get; init; }
    public double SecondsAgo { get; init; }
    public string EndedBy { get; init; } = "";

    /// <summary>Why, in one plain sentence.</summary>
    public string Reason { get; init; } = "";
    public bool Clean { get; init; }

    /// <summary>What was not given back, in words.</summary>
    public string Left { get; init; } = "";
}

/// <summary>A gauge that was not at its baseline when it had to be: 70 s after the call.</summary>
/// <param name="Gauge">Its name in <see cref="GaugeSnapshot"/>.</param>
/// <param name="Count">How many were left; the reconciler has released them.</param>
/// <param name="Owner">The call that they were charged to.</param>
/// <param name="SecondsAgo">When they were found.</param>
public sealed record LeftoverSnapshot(string Gauge, int Count, string Owner, double SecondsAgo);

/// <summary>One leg of a call.</summary>
public sealed record LegSnapshot
{
    public string Role { get; init; } = "";
    public string State { get; init; } = "";
    public string CallId { get; init; } = "";
    public string RemoteAddress { get; init; } = "";
    public string Codec { get; init; } = "";

    /// <summary>How it sounds so far; null before it is answered.</summary>
    public MediaRecord? Media { get; init; }
    public IReadOnlyList<string> MediaAddresses { get; init; } = [];
    public SessionTimerSnapshot? SessionTimer { get; init; }
}

/// <summary>RFC 4028 on one leg; null seconds: not armed.</summary>
public sealed record SessionTimerSnapshot
{
    public int IntervalSeconds { get; init; }
    public string Refresher { get; init; } = "";
    public string Method { get; init; } = "";
    public double? SecondsToRefresh { get; init; }
    public double? SecondsToExpiry { get; init; }

    /// <summary>
    /// What became of the last refresh: <c>200</c> or another status that the phone gave to ours, <c>no answer</c>, <c>refreshed by
    /// the phone</c>; before the first one <c>agreed when the call was answered</c>.
    /// </summary>
    public string LastResult { get; init; } = "";
    public double SecondsSinceLastResult { get; init; }
    public int Refreshes { get; init; }
}

/// <summary>One binding of an address-of-record.</summary>
public sealed record RegistrationSnapshot
{
    public string Extension { get; init; } = "";
    public string Contact { get; init; } = "";
    public string Source { get; init; } = "";
    public double SecondsToExpiry { get; init; }
    public string UserAgent { get; init; } = "";
}

/// <summary>What is held now. With no call and nothing lingering each one is 0, its baseline.</summary>
public sealed record GaugeSnapshot
{
    public int Calls { get; init; }
    public int Legs { get; init; }
    public int Dialogs { get; init; }
    public int ClientTransactions { get; init; }
    public int ServerTransactions { get; init; }
    public int TimersSession { get; init; }
    public int TimersRing { get; init; }
    public int TimersTransaction { get; init; }
    public int RelayPaths { get; init; }
    public int PortsInUse { get; init; }
    public int PacketBuffersRented { get; init; }

    /// <summary>Recordings of calls, until their end has reached the recorder.</summary>
    public int Recordings { get; init; }

    /// <summary>Recordings that no call waits for any more, and whose files are not closed yet.</summary>
    public int RecordingsClosing { get; init; }

    /// <summary>Ports that no call owns any more and that are not lent, since the relay thread never said that it has closed them.</summary>
    public int PortsQuarantined { get; init; }
    public int TcpConnections { get; init; }

    /// <summary>1 while new calls or registrations are refused for want of room, and for five seconds after.</summary>
    public int Overload { get; init; }
}

/// <summary>What has happened since the start.</summary>
public sealed record CounterSnapshot
{
    public long CallsSetUp { get; init; }
    public long CallsEstablished { get; init; }
    public long CallsReleased { get; init; }
    public long CleanupsOverdue { get; init; }
    public long MessagesReceived { get; init; }
    public long MessagesMalformed { get; init; }
    public long MessagesSent { get; init; }
    public long InviteRetransmissionsAbsorbed { get; init; }
    public long RegistersAccepted { get; init; }
    public long RegistersRejected { get; init; }

    /// <summary>Requests with wrong credentials.</summary>
    public long CredentialsRefused { get; init; }

    /// <summary>Requests that were not looked at, since too many of their source's had wrong credentials.</summary>
    public long CredentialsWithheld { get; init; }
    public long SessionsRefreshed { get; init; }
    public long SessionsExpired { get; init; }
    public long CallsRefusedNoPorts { get; init; }
    public long CallsRefusedTableFull { get; init; }
    public long CallsFaulted { get; init; }
    public long RequestsRefusedOverload { get; init; }

    /// <summary>Datagrams of strangers that were dropped unread, since they sent too many.</summary>
    public long DatagramsDroppedStrangers { get; init; }

    /// <summary>Answers that strangers did not get, since they asked too often or the answer would have been much longer than the question.</summary>
    public long AnswersWithheld { get; init; }

    /// <summary>Requests of accounts that had their share.</summary>
    public long RequestsRefusedShare { get; init; }

    /// <summary>Calls whose receipt does not balance.</summary>
    public long CallsUnclean { get; init; }

    /// <summary>Things that the reconciler had to release.</summary>
    public long ThingsReconciled { get; init; }
    public long CallRecordsWritten { get; init; }
    public long CallRecordsDropped { get; init; }

    /// <summary>How often one phone of a call was heard and the other not.</summary>
    public long OneWayAudio { get; init; }
    public long RecordingsStarted { get; init; }

    /// <summary>Calls, or parts of them, that should have been recorded and were not, or not to their end.</summary>
    public long RecordingsFailed { get; init; }

    /// <summary>Packets that the recorder could not take in time.</summary>
    public long RecordingPacketsDropped { get; init; }
    public long LogLinesDropped { get; init; }
    public long RelayPacketsForwarded { get; init; }
    public long RelayPacketsDropped { get; init; }

    /// <summary>What the relay thread has taken from the managed heap since the start: it does not grow with the packets.</summary>
    public long RelayBytesAllocated { get; init; }

    /// <summary>Garbage collections since the start, by the oldest generation that each looked at.</summary>
    public long CollectionsGen0 { get; init; }
    public long CollectionsGen1 { get; init; }
    public long CollectionsGen2 { get; init; }

    /// <summary>How long they have stopped all threads, the relay's included, in microseconds.</summary>
    public long CollectionPauseMicroseconds { get; init; }
}
