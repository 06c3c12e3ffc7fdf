using EdgePbx.Core;

namespace EdgePbx.Simulation;

internal enum TraceKind : byte { Received, Sent, Lost, Failed, Event, Note }

/// <summary>One line of what happened.</summary>
internal readonly record struct TraceLine(Instant At, TraceKind Kind, Packet? Packet, string Text);

/// <summary>All that happened in a run, for the ladder.</summary>
internal sealed class Trace
{
    private readonly Dictionary<Packet, int> _sent = [];

    public List<TraceLine> Lines { get; } = [];

    public void Received(Packet packet) => Lines.Add(new TraceLine(packet.At, TraceKind.Received, packet, ""));

    public void Sent(Packet packet)
    {
        _sent[packet] = Lines.Count;
        Lines.Add(new TraceLine(packet.At, TraceKind.Sent, packet, ""));
    }

    public void Lost(Packet packet) => Mark(packet, TraceKind.Lost);

    public void Failed(Packet packet) => Mark(packet, TraceKind.Failed);

    public void LostOnTheWayToTheBox(Instant at, Packet packet) => Lines.Add(new TraceLine(at, TraceKind.Note, packet, $"{packet} of phone {packet.Phone} is lost"));

    public void Logged(in LogEvent entry) => Lines.Add(new TraceLine(entry.At, TraceKind.Event, null, $"{entry.Name}: {entry.Text}"));

    public void Note(Instant at, string text) => Lines.Add(new TraceLine(at, TraceKind.Note, null, text));

    private void Mark(Packet packet, TraceKind kind)
    {
        if (_sent.TryGetValue(packet, out int at))
        {
            Lines[at] = Lines[at] with { Kind = kind };
        }
    }
}
