namespace EdgePbx.Simulation;

internal enum DialogState : byte { Early, Confirmed, Ended }

/// <summary>A phone's side of one dialog with the box.</summary>
internal sealed class Dialog
{
    public required string CallId { get; init; }
    public required string LocalTag { get; init; }

    /// <summary>Our From in requests, with its tag.</summary>
    public required string Local { get; init; }

    /// <summary>Our To in requests, with the box's tag once there is one.</summary>
    public required string Remote { get; set; }

    public required string Target { get; set; }
    public required bool IsCaller { get; init; }
    public uint CSeq { get; set; }
    public DialogState State { get; set; }
    public CallPlan? Plan { get; init; }

    /// <summary>An INVITE of ours is open.</summary>
    public bool IsInviting { get; set; }

    public bool IsUpdating { get; set; }

    /// <summary>The INVITE of the box's that is open, or whose 2xx is not acknowledged.</summary>
    public Served? Serving { get; set; }

    public int SdpVersion { get; set; } = 1;
    public int MediaPort { get; set; }
    public string Direction { get; set; } = "sendrecv";
    public int MediaLines { get; set; } = 1;

    /// <summary>Session interval in seconds; 0: none.</summary>
    public int Interval { get; set; }

    /// <summary>Raised by 422s of the box's.</summary>
    public int MinSe { get; set; }

    /// <summary>Grows with each restart of the session timer, so that an old alarm knows itself.</summary>
    public int TimerAge { get; set; }

    public bool IsConfirmedOnce { get; set; }
    public bool HasRefusedInterval { get; set; }
    public uint LastRSeq { get; set; }
    public bool IsOver => State == DialogState.Ended;
}

/// <summary>A request that a phone sent.</summary>
internal sealed class Client(string method, string branch, string text, uint cseq, Stream? stream, Action<Packet?> onFinal)
{
    public string Method => method;
    public string Branch => branch;
    public string Text => text;
    public uint CSeq => cseq;
    public Stream? Stream => stream;
    public bool HasProvisional { get; set; }
    public bool IsDone { get; set; }
    public Action<Packet>? OnProvisional { get; init; }

    /// <summary>Null: no answer came in time.</summary>
    public Action<Packet?> OnFinal => onFinal;

    /// <summary>The ACK to its 2xx, for copies of that; null: this phone does not acknowledge it.</summary>
    public string? Ack { get; set; }
}

/// <summary>A request that a phone got, and what it last answered.</summary>
internal sealed class Served(Packet request)
{
    public Packet Request => request;
    public string? Last { get; set; }
    public bool HasFinal { get; set; }
    public bool IsAcknowledged { get; set; }
    public bool IsCancelled { get; set; }
    public Dialog? Dialog { get; set; }

    /// <summary>The number of the provisional response that waits for its PRACK; 0: none.</summary>
    public uint PendingRSeq { get; set; }
}
