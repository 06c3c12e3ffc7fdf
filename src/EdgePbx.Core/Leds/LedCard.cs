using System.Text;

namespace EdgePbx.Core;

/// <summary>The card for the technician, made of the table: what <c>edgepbx leds explain</c> prints, and what stands in board/LED-CARD.md.</summary>
public static class LedCard
{
    private const int Characters = 60; // the longest code and the pause that ends it

    private static readonly (LedId Leds, string Title, string Introduction)[] Parts =
    [
        (LedId.All, "All LEDs at once", "The button: a short press starts the self-test (where there is a display, a tap turns its page, and one to three seconds start the test); held for 10 s it resets everything, and from 3 s on the LEDs warn. Let go in time, and nothing happens."),
        (LedId.System, "LED “system”", "Dark: no power, or EdgePbx does not run. Two long red flashes before the short ones: it can't serve calls, or could not for a moment. A self-test that failed is said here until one passes; it is made again by itself each half minute."),
        (LedId.Calls, "LED “calls”", ""),
        (LedId.Timer, "LED “timer”", "Session timers notice when a phone goes away without hanging up."),
        (LedId.Network, "LED “network”", ""),
    ];

    public static string Text { get; } = Write();

    private static string Write()
    {
        var text = new StringBuilder("""
            # What the LEDs say

            Each picture shows the first six seconds, ten characters a second. Red means an error, and nothing else is ever red; an LED that has only
            red is dark while there is no error. Blue: somebody should look, some time. A lamp of one colour shows the same patterns without the colours.

            A board with fewer LEDs shows several of them in one: then it says what stands first in “What comes first” below. No two meanings look the
            same, whichever LEDs are put together.

            A display says the same in words, with a code: 2-3 is two long flashes and three short ones.

            No LED at hand? `edgepbx leds watch` draws them in the terminal. Wiring: `edgepbx leds test` walks through all patterns.

            """);
        foreach ((LedId leds, string title, string introduction) in Parts)
        {
            AddPart(text, leds, title, introduction);
        }
        AddOrder(text);
        return text.ToString();
    }

    private static void AddPart(StringBuilder text, LedId leds, string title, string introduction)
    {
        LedRow[] rows = [.. LedLanguage.Rows.Where(row => row.Leds == leds)];
        _ = text.Append("\n## ").Append(title).Append("\n\n");
        if (introduction.Length > 0)
        {
            _ = text.Append(introduction).Append("\n\n");
        }
        (int colors, int words, int names) = (
            Math.Max(6, rows.Max(row => LedWords.Of(row.Color).Length)),
            rows.Max(row => LedWords.Of(row).Length),
            rows.Max(row => row.Name.Length));
        AddLine(text, "", "looks like".PadRight(words), "colour".PadRight(colors), "says".PadRight(names), "what to do");
        _ = text.Append("| ").Append('-', Characters + 2).Append(" | --- | --- | --- | --- |\n");
        foreach (LedRow row in rows)
        {
            AddLine(text, $"`{Picture(row)}`", LedWords.Of(row).PadRight(words),
                LedWords.Of(row.Color).PadRight(colors), row.Name.PadRight(names), row.Advice);
        }
    }

    private static string Picture(LedRow row) => LedWords.Draw(row.Pattern, row.IsOnce ? 8 : Characters);

    private static void AddLine(StringBuilder text, string picture, string pattern, string color, string name, string advice) =>
        text.Append("| ").Append(picture.PadRight(Characters + 2)).Append(" | ").Append(pattern).Append(" | ").Append(color).Append(" | ").Append(name)
            .Append(" | ").Append(advice).Append(advice.Length > 0 ? " |\n" : "|\n");

    private static void AddOrder(StringBuilder text)
    {
        _ = text.Append("\n## What comes first\n\nWhere one LED shows several, the first of these that holds:\n\n");
        foreach (LedRow row in LedLanguage.Rows)
        {
            _ = text.Append((int)row.Meaning + 1).Append(". ").Append(row.Name).Append(" (").Append(LedWords.Of(row.Leds)).Append(")\n");
        }
        _ = text.Append("\nThe bar of eight shows the load: the share of `media.max_calls` that is taken; all eight when the next call would be refused.\n");
    }
}
