namespace EdgePbx.Core;

/// <summary>Everything that <c>status</c> shows of the engine, copied at one moment.</summary>
public sealed record PbxSnapshot
{
    public IReadOnlyList<CallSnapshot> Calls { get; init; } = [];
    public IReadOnlyList<RegistrationSnapshot> Registrations { get; init; } = [];
    public GaugeSnapshot Gauges { get; init; } = new();
    public CounterSnapshot Counters { get; init; } = new();
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

/// <summary>One leg of a call.</summary>
public sealed record LegSnapshot
{
    public string Role { get; init; } = "";
    public string State { get; init; } = "";
    public string CallId { get; init; } = "";
    public string RemoteAddress { get; init; } = "";
    public string Codec { get; init; } = "";
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
    public long SessionsRefreshed { get; init; }
    public long SessionsExpired { get; init; }
    public long CallsRefusedNoPorts { get; init; }
    public long CallsRefusedTableFull { get; init; }
    public long CallsFaulted { get; init; }
    public long RequestsRefusedOverload { get; init; }
    public long LogLinesDropped { get; init; }
    public long RelayPacketsForwarded { get; init; }
    public long RelayPacketsDropped { get; init; }
}
