using System.Text.Json;
using EdgePbx.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgePbx;

/// <summary>The four lamps and the display of a running process, drawn here: the lamps in one line of words, or all of it alive in a terminal.</summary>
internal static class LedWatch
{
    private const int DisplayColumns = 20;
    private const int DisplayRows = 4;
    private static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>In the order in which people read them.</summary>
    public static readonly LedId[] Leds = [LedId.System, LedId.Calls, LedId.Timer, LedId.Network];

    /// <summary><c>system: ready (one short flash each 4 s); calls: …</c></summary>
    public static string Describe(LedStatus status, Instant now) =>
        string.Join("; ", Leds.Select(led => $"{LedWords.Of(led)}: {LedWords.Describe(LedLanguage.Of(LedPolicy.MeaningOf(led, status, now)))}"));

    /// <summary>What a display of 20 x 4 characters shows, whether there is one or not.</summary>
    public static string[] DisplayOf(LedStatus status, Instant now) =>
        PageLayout.Of(StatusPages.Of(DisplayPolicy.PageAt(status, now), status, now), DisplayColumns, DisplayRows);

    public static LedStatus Parse(string json) => JsonSerializer.Deserialize(json, LedJson.Default.LedDocument)!.ToStatus(MonotonicClock.Now);

    /// <summary>Draws until nothing answers any more.</summary>
    /// <param name="ask">Asks the process; null: nothing answers.</param>
    public static void Draw(LedStatus first, Func<LedStatus?> ask, TextWriter output)
    {
        LedStatus? status = first;
        var faces = new StatusFaces();
        using var terminal = new TerminalLamps(output, [.. Leds.Select(LedWords.Of)], hasBar: true, notes: DisplayRows + 2);
        string edge = $"+{new string('-', DisplayColumns)}+";
        terminal.Note(0, edge);
        terminal.Note(DisplayRows + 1, edge);
        using var group = new LampGroup("terminal", [.. Leds.Select(led => new LedLamp(led, IsRed: false))], hasBar: true, () => terminal, NullLogger.Instance);
        for (Instant nextAsk = MonotonicClock.Now + AskInterval; status is not null;)
        {
            Instant now = MonotonicClock.Now;
            faces.Status = status;
            for (int i = 0; i < Leds.Length; i++)
            {
                terminal.Say(i, LedWords.Describe(LedLanguage.Of(LedPolicy.MeaningOf(Leds[i], status, now))));
            }
            string[] lines = DisplayOf(status, now);
            for (int i = 0; i < lines.Length; i++)
            {
                terminal.Note(i + 1, $"|{lines[i]}|");
            }
            Instant due = group.Update(faces, now);
            due = due < nextAsk ? due : nextAsk;
            TimeSpan rest = due - MonotonicClock.Now;
            Thread.Sleep(rest > TimeSpan.Zero ? rest : TimeSpan.Zero);
            if (MonotonicClock.Now >= nextAsk)
            {
                status = ask();
                nextAsk = MonotonicClock.Now + AskInterval;
            }
        }
    }
}
