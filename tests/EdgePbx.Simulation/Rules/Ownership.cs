using EdgePbx.Core;

namespace EdgePbx.Simulation;

/// <summary>When nothing will happen any more, every gauge is 0 and no pair of ports is lent.</summary>
internal sealed class GaugesReturnToBaseline : Rule
{
    public override void OnNoCalls(Instant at, GaugeSnapshot gauges)
    {
        // transactions may linger, and what the relay has not confirmed is still a call's: nothing else is
        if (gauges is not { Calls: 0, Legs: 0, TimersSession: 0, TimersRing: 0, RelayPaths: 0, PortsInUse: 0, Recordings: 0 })
        {
            Broken(at, $"no call is left, but {gauges}");
        }
    }

    public override void OnEnd(in EndState end)
    {
        if (end.Gauges != new GaugeSnapshot())
        {
            Broken(end.At, end.Gauges.ToString());
        }
        if (end.PortsLent != 0)
        {
            Broken(end.At, $"{end.PortsLent} pairs of ports are still lent");
        }
    }
}

/// <summary>When nothing will happen any more, the engine wants no tick.</summary>
internal sealed class NoTimerStaysArmed : Rule
{
    public override void OnEnd(in EndState end)
    {
        if (end.IsTimerArmed)
        {
            Broken(end.At, "a timer is armed");
        }
    }
}

/// <summary>
/// Each call that was set up, or that ended, says cleanup_verified or call_unclean exactly once, and after it nothing but what became
/// of its recordings.
/// </summary>
internal sealed class EachCallIsVerifiedOnce : Rule
{
    private readonly Dictionary<string, (bool Ends, bool Verified)> _calls = new(StringComparer.Ordinal);
    private int _verified;

    public override void OnLogged(in LogEvent entry)
    {
        if (entry.Call.Length == 0)
        {
            return;
        }
        (bool ends, bool verified) = _calls.GetValueOrDefault(entry.Call);
        if (verified && !entry.Name.StartsWith("recording_", StringComparison.Ordinal)) // its files have their own time
        {
            Broken(entry.At, $"{entry.Name} of call {entry.Call} after its last word");
        }
        switch (entry.Name)
        {
            case "cleanup_call_start":
                if (ends)
                {
                    Broken(entry.At, $"call {entry.Call} ends twice");
                }
                ends = true;
                break;
            case "cleanup_verified" or "call_unclean":
                verified = true;
                _verified++;
                if (!ends)
                {
                    Broken(entry.At, $"call {entry.Call} is verified and did not end");
                }
                break;
        }
        _calls[entry.Call] = (ends, verified);
    }

    public override void OnEnd(in EndState end)
    {
        foreach ((string call, (bool _, bool verified)) in _calls)
        {
            if (!verified)
            {
                Broken(end.At, $"call {call} was never verified");
                return;
            }
        }
        if (end.Counters.CallsSetUp != _verified || end.Counters.CallsReleased != _verified)
        {
            Broken(end.At, $"{end.Counters.CallsSetUp} calls set up, {end.Counters.CallsReleased} released, {_verified} verified");
        }
    }
}

/// <summary>
/// cleanup_overdue comes for exactly the calls that are not verified within 5 s, and call_unclean for those that are not within 70 s. Only
/// the relay can be the cause, which closes ports and hands recordings over: nothing else is ever found that a call has left behind. No
/// call waits for a file once its recording is handed over.
/// </summary>
internal sealed class CleanupIsOverdueOnlyByTheRelay : Rule
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(70);
    private readonly Dictionary<string, Instant> _ending = new(StringComparer.Ordinal);
    private readonly HashSet<string> _overdue = new(StringComparer.Ordinal);
    private int _closing;

    private readonly HashSet<string> _recordings = new(StringComparer.Ordinal); // stopped, and neither handed over nor closed
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    public override void OnPort(in PortEvent port) => _closing += port.Deed switch
    {
        PortDeed.CloseOrdered => 1,
        PortDeed.Returned => -1,
        _ => 0,
    };

    public override void OnRecording(in RecordingEvent recording)
    {
        _closing += recording.Deed switch
        {
            RecordingDeed.StopOrdered when _recordings.Add(recording.Recording) => 1,
            RecordingDeed.HandedOver or RecordingDeed.Closed when _recordings.Remove(recording.Recording) => -1,
            _ => 0,
        };
        switch (recording.Deed)
        {
            case RecordingDeed.Ordered:
                _ = _open.Add(recording.Recording);
                break;
            case RecordingDeed.Closed:
                _ = _open.Remove(recording.Recording);
                break;
        }
    }

    public override void OnLogged(in LogEvent entry)
    {
        switch (entry.Name)
        {
            case "cleanup_call_start":
                _ending[entry.Call] = entry.At;
                break;
            case "cleanup_overdue":
                if (!_ending.TryGetValue(entry.Call, out Instant since) || entry.At - since != Patience || !_overdue.Add(entry.Call))
                {
                    Broken(entry.At, $"call {entry.Call} is reported overdue at the wrong moment or twice");
                }
                if (_closing == 0)
                {
                    Broken(entry.At, $"call {entry.Call} is overdue, and the relay owes nothing");
                }
                break;
            case "call_unclean":
                if (!_ending.TryGetValue(entry.Call, out Instant end) || entry.At - end != LastPatience || _closing == 0)
                {
                    Broken(entry.At, $"call {entry.Call} is unclean, and not by the relay: {entry.Text}");
                }
                break;
            case "gauge_not_at_baseline" when entry.Text.StartsWith("recordings_closing", StringComparison.Ordinal):
                if (_open.Count == 0)
                {
                    Broken(entry.At, $"every recording is closed, and {entry.Text}");
                }
                break;
            case "gauge_not_at_baseline" when _closing == 0:
                Broken(entry.At, $"something was left behind, and not by the relay: {entry.Text}");
                break;
            case "cleanup_verified":
                if (_ending.TryGetValue(entry.Call, out Instant start) && entry.At - start > Patience && !_overdue.Contains(entry.Call))
                {
                    Broken(entry.At, $"call {entry.Call} took {(entry.At - start).TotalSeconds:0.0} s to clean up, and nobody was told");
                }
                break;
        }
    }
}

/// <summary>ST-35: session timers started are session timers cancelled or expired.</summary>
internal sealed class SessionTimersAreStoppedOnce : Rule
{
    private int _started;
    private int _stopped;

    public override void OnLogged(in LogEvent entry)
    {
        switch (entry.Name)
        {
            case "session_timer_started":
                _started++;
                break;
            case "session_timer_cancelled" or "session_timer_expired":
                _stopped++;
                break;
        }
        if (_stopped > _started)
        {
            Broken(entry.At, $"{_stopped} session timers stopped, {_started} started");
        }
    }

    public override void OnEnd(in EndState end)
    {
        if (_started != _stopped)
        {
            Broken(end.At, $"{_started} session timers started, {_stopped} stopped");
        }
    }
}

/// <summary>No bug is met, but the host's own.</summary>
internal sealed class NothingFaults : Rule
{
    private int _thrown;

    public override void OnPort(in PortEvent port) => _thrown += port.Deed == PortDeed.FailedByThrow ? 1 : 0;

    public override void OnLogged(in LogEvent entry)
    {
        if (entry.Name == "release_failed" || (entry.Name == "call_faulted" && --_thrown < 0))
        {
            Broken(entry.At, $"{entry.Name}: {entry.Text}");
        }
    }
}

/// <summary>A pair of ports belongs to one path, from its opening to the relay's confirmation, and comes back once.</summary>
internal sealed class PortsAreLentOnce : Rule
{
    private readonly Dictionary<string, (ushort Port, bool IsClosing, bool IsConfirmed)> _paths = new(StringComparer.Ordinal);
    private readonly HashSet<ushort> _lent = [];

    public override void OnPort(in PortEvent port)
    {
        bool isKnown = _paths.TryGetValue(port.Path, out (ushort Port, bool IsClosing, bool IsConfirmed) path);
        switch (port.Deed)
        {
            case PortDeed.Opened:
                if (isKnown || !_lent.Add(port.Port))
                {
                    Broken(port.At, $"port {port.Port} of path {port.Path} is lent already");
                }
                _paths[port.Path] = (port.Port, false, false);
                break;
            case PortDeed.Configured when !isKnown || path.IsClosing:
                Broken(port.At, $"path {port.Path} is configured and not open");
                break;
            case PortDeed.CloseOrdered:
                if (!isKnown || path.IsClosing)
                {
                    Broken(port.At, $"path {port.Path} is closed twice, or was never opened");
                }
                _paths[port.Path] = path with { IsClosing = true };
                break;
            case PortDeed.Confirmed when isKnown:
                _paths[port.Path] = path with { IsConfirmed = true };
                break;
            case PortDeed.Returned:
                if (!isKnown || !path.IsConfirmed)
                {
                    Broken(port.At, $"the ports of path {port.Path} came back twice, or before its sockets were closed");
                }
                _ = _paths.Remove(port.Path);
                _ = _lent.Remove(path.Port);
                break;
        }
    }

    public override void OnEnd(in EndState end)
    {
        if (_paths.Count > 0)
        {
            Broken(end.At, $"{_paths.Count} paths were never closed");
        }
    }
}

/// <summary>A recording is begun once, told to stop at most once, and when nothing happens any more it is closed.</summary>
internal sealed class RecordingsAreClosedOnce : Rule
{
    private readonly Dictionary<string, (bool IsStopped, bool IsClosed)> _recordings = new(StringComparer.Ordinal);

    public override void OnRecording(in RecordingEvent recording)
    {
        bool isKnown = _recordings.TryGetValue(recording.Recording, out (bool IsStopped, bool IsClosed) state);
        switch (recording.Deed)
        {
            case RecordingDeed.Ordered:
                if (isKnown)
                {
                    Broken(recording.At, $"recording {recording.Recording} is begun twice");
                }
                _recordings[recording.Recording] = default;
                break;
            case RecordingDeed.StopOrdered:
                if (!isKnown || state.IsStopped || state.IsClosed)
                {
                    Broken(recording.At, $"recording {recording.Recording} is stopped twice, after it was closed, or was never begun");
                }
                _recordings[recording.Recording] = state with { IsStopped = true };
                break;
            case RecordingDeed.Closed when isKnown:
                _recordings[recording.Recording] = state with { IsClosed = true };
                break;
        }
    }

    public override void OnEnd(in EndState end)
    {
        foreach ((string recording, (bool _, bool isClosed)) in _recordings)
        {
            if (!isClosed)
            {
                Broken(end.At, $"recording {recording} was never closed");
                return;
            }
        }
    }
}
