using EdgePbx.Core;

namespace EdgePbx;

/// <summary>What the relay thread has to tell the signalling thread.</summary>
public enum RelayReportKind : byte
{
    /// <summary>Both sockets of the path are closed.</summary>
    Closed,

    /// <summary>The path's RTP is taken from <see cref="RelayReport.Source"/> now, and from nobody else.</summary>
    Latched,

    /// <summary>Nothing happened but time: how the path's media is.</summary>
    Measured,

    /// <summary>A key was pressed on the path's phone.</summary>
    Digit,
}

/// <summary>One report about one path.</summary>
public readonly record struct RelayReport(RelayReportKind Kind, RelayKey Relay, NetEndpoint Source)
{
    /// <summary>Of a closed path the last word; of a latched one nothing.</summary>
    public MediaReport Media { get; init; }

    /// <summary>0 to 9, * # A B C D.</summary>
    public char Digit { get; init; }
}
