using EdgePbx.Core;

namespace EdgePbx.Simulation;

/// <summary>Something that must hold of everything that the box does, whatever the phones and the network do.</summary>
internal abstract class Rule
{
    private Action<Violation>? _report;

    public string Name => GetType().Name;

    public void ReportTo(Action<Violation> report) => _report = report;

    /// <summary>A message has come in by the box's door.</summary>
    public virtual void OnReceived(Packet packet)
    {
    }

    /// <summary>The box has sent a message; whether it arrives is another matter.</summary>
    public virtual void OnSent(Packet packet)
    {
    }

    /// <summary>The box was told that this message of its can't be delivered.</summary>
    public virtual void OnSendFailed(Packet packet)
    {
    }

    public virtual void OnLogged(in LogEvent entry)
    {
    }

    public virtual void OnPort(in PortEvent port)
    {
    }

    public virtual void OnRecording(in RecordingEvent recording)
    {
    }

    /// <summary>No call is left at this moment, though others may follow.</summary>
    public virtual void OnNoCalls(Instant at, GaugeSnapshot gauges)
    {
    }

    /// <summary>Nothing will happen any more.</summary>
    public virtual void OnEnd(in EndState end)
    {
    }

    protected void Broken(Instant at, string what, Packet? packet = null) => _report?.Invoke(new Violation(Name, at, what, packet));
}

/// <param name="Packet">The message that shows it, if one does.</param>
internal sealed record Violation(string Rule, Instant At, string What, Packet? Packet = null)
{
    public override string ToString() => $"{Rule}: {What}";
}

/// <summary>An event of the engine's log.</summary>
/// <param name="Call">The call's key, or "".</param>
internal readonly record struct LogEvent(Instant At, string Name, string Call, string Text);

internal enum PortDeed : byte { Opened, Configured, CloseOrdered, Confirmed, Returned, FailedByThrow }

/// <summary>What happens to the sockets of a relay path.</summary>
internal readonly record struct PortEvent(Instant At, PortDeed Deed, string Path, ushort Port);

internal enum RecordingDeed : byte { Ordered, StopOrdered, HandedOver, Closed }

/// <summary>What happens to a recording: what the engine orders, and what it is told.</summary>
internal readonly record struct RecordingEvent(Instant At, RecordingDeed Deed, string Recording);

/// <summary>What is left when nothing will happen any more.</summary>
internal readonly record struct EndState(Instant At, GaugeSnapshot Gauges, CounterSnapshot Counters, bool IsTimerArmed, int PortsLent);
