using EdgePbx.Core;

namespace EdgePbx;

/// <summary>What another thread wants of the signalling thread.</summary>
internal abstract record SignallingCommand
{
    /// <summary>A checked configuration takes the place of the old one; calls and bindings stay.</summary>
    internal sealed record Reload(PbxConfig Config) : SignallingCommand;

    /// <summary>End all calls, then the loop.</summary>
    internal sealed record Shutdown : SignallingCommand;

    /// <summary>From there the watchdog asks, and must be heard whoever else sends from the same address.</summary>
    internal sealed record Expect(NetEndpoint Probe) : SignallingCommand;

    /// <summary>Somebody has seen what the audit shows.</summary>
    internal sealed record Acknowledge : SignallingCommand;

    /// <summary>Wrong credentials are forgotten, of this source or, with none, of all.</summary>
    internal sealed record ClearBans(NetAddress Source) : SignallingCommand;

    /// <summary>A copy of everything that <c>status</c> shows.</summary>
    internal sealed record TakeSnapshot(SnapshotRequest Request) : SignallingCommand;
}

/// <summary>A snapshot that one thread waits for and the signalling thread fills in.</summary>
internal sealed class SnapshotRequest
{
    // never disposed: the signalling thread may fill it in after the one who asked has given up
    private readonly TaskCompletionSource<SignallingSnapshot> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Answer(SignallingSnapshot snapshot) => _ = _answer.TrySetResult(snapshot);

    /// <returns>Null when the signalling thread did not answer in time.</returns>
    public SignallingSnapshot? Wait(TimeSpan atMost) => _answer.Task.Wait(atMost) ? _answer.Task.Result : null;
}

/// <summary>The engine's snapshot with what the host adds.</summary>
internal sealed record SignallingSnapshot(PbxSnapshot Pbx, TransportSnapshot Transport);

/// <summary>What has gone wrong on the SIP sockets since the start.</summary>
internal sealed record TransportSnapshot
{
    public long UdpSendErrors { get; init; }
    public long TcpConnectsFailed { get; init; }
    public long TcpEvicted { get; init; }

    /// <summary>Newcomers that were closed at once: everything that was there carries a registration or a call.</summary>
    public long TcpRefused { get; init; }
    public long TcpStalled { get; init; }
    public long TcpUnframed { get; init; }
}
