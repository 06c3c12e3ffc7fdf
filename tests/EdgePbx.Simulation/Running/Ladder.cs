using System.Globalization;
using System.Text;
using EdgePbx.Core;

namespace EdgePbx.Simulation;

/// <summary>A run as a diagram: one column for the box, one for each phone that takes part, one line for each thing that happens.</summary>
internal static class Ladder
{
    private const int Width = 22;
    private const int Longest = 400;

    public static string Draw(World world)
    {
        List<TraceLine> lines = Relevant(world.Trace!.Lines, world.Violation);
        int[] phones = [.. lines.Where(line => line.Packet is { Phone: >= 0 }).Select(line => line.Packet!.Phone).Distinct().Order()];
        var text = new StringBuilder();
        _ = text.Append("    seconds  ").Append(Centre("box"));
        foreach (int phone in phones)
        {
            _ = text.Append(Centre($"{world.Phones[phone].Number} (phone {phone})"));
        }
        _ = text.AppendLine();
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        Instant start = new(TimeSpan.TicksPerHour);
        foreach (TraceLine line in lines)
        {
            string time = (line.At - start).TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture).PadLeft(11);
            int column = line.Packet is { } packet ? Array.IndexOf(phones, packet.Phone) : -1;
            _ = text.Append(time).Append("  ").AppendLine(line.Kind is TraceKind.Event or TraceKind.Note
                ? $"{Bar(0)}{(line.Kind == TraceKind.Note ? "~" : "*")} {line.Text}"
                : Arrow(line, column, phones.Length, names));
        }
        return text.ToString();
    }

    /// <summary>If a message shows what went wrong: its call, both legs of it. Registrations are left out, and what is long past.</summary>
    private static List<TraceLine> Relevant(List<TraceLine> all, Violation? violation)
    {
        Func<TraceLine, bool> isWanted = static line => line.Packet?.Method != "REGISTER"
            && !line.Text.StartsWith("register", StringComparison.Ordinal);
        if (violation?.Packet is { CallId.Length: > 0 } culprit)
        {
            HashSet<string> names = LegsOf(culprit.CallId, all);
            HashSet<Instant> moments = [.. all.Where(line => line.Packet is { } packet && names.Contains(packet.CallId)).Select(line => line.At)];
            isWanted = line => line.Packet is { } packet ? names.Contains(packet.CallId) : line.Kind == TraceKind.Event && moments.Contains(line.At);
        }
        List<TraceLine> kept = [.. all.Where(isWanted)];
        return kept.Count > Longest ? kept[^Longest..] : kept;
    }

    /// <summary>The Call-IDs of the calls that this one is a leg of: INVITEs that go out in the moment in which one comes in.</summary>
    private static HashSet<string> LegsOf(string callId, List<TraceLine> all)
    {
        HashSet<string> names = [callId];
        foreach (var moment in all.Where(line => line.Packet is { Method: "INVITE", IsResponse: false, ToTag: "" } && line.Kind != TraceKind.Note).GroupBy(line => line.At))
        {
            string[] legs = [.. moment.Select(line => line.Packet!.CallId).Distinct()];
            bool isCall = moment.Any(line => line.Kind == TraceKind.Received) && legs.Length > 1;
            if (isCall && legs.Any(names.Contains))
            {
                names.UnionWith(legs);
            }
        }
        return names;
    }

    private static string Arrow(in TraceLine line, int column, int columns, Dictionary<string, string> names)
    {
        Packet packet = line.Packet!;
        if (!names.TryGetValue(packet.CallId, out string? name))
        {
            names[packet.CallId] = name = names.Count < 26 ? ((char)('a' + names.Count)).ToString() : $"#{names.Count}";
        }
        string body = packet.HasBody ? " +sdp" : "";
        string label = $"{name} {(packet.IsResponse ? $"{packet.Status} {packet.Method}" : packet.Method)} {packet.CSeq}{body}";
        string end = line.Kind switch { TraceKind.Lost => "x", TraceKind.Failed => "!", TraceKind.Sent => ">", _ => "-" };
        string begin = line.Kind == TraceKind.Received ? "<" : "-";
        var text = new StringBuilder().Append(' ', Width / 2).Append('|');
        int length = Width * (column < 0 ? 1 : column + 1);
        string shown = label.Length > length - 5 ? label[..(length - 5)] : label;
        int dashes = length - 5 - shown.Length;
        _ = text.Append(begin).Append('-', dashes / 2).Append(' ').Append(shown).Append(' ').Append('-', dashes - (dashes / 2)).Append(end);
        _ = text.Append('|');
        for (int i = column + 1; i < columns; i++)
        {
            _ = text.Append(' ', Width - 1).Append('|');
        }
        _ = text.Append("  ").Append(Tags(packet));
        return text.ToString();
    }

    private static string Tags(Packet packet) =>
        $"{Short(packet.FromTag)}>{Short(packet.ToTag)} {Short(packet.Branch)}{(packet.IsGarbage ? " garbage" : "")}";

    private static string Short(string name) => name.Length > 6 ? name[^6..] : name;

    private static string Bar(int column) => new string(' ', (Width / 2) + (column * Width));

    private static string Centre(string text) => text.PadLeft((Width + text.Length) / 2).PadRight(Width);
}
