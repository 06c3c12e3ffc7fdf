using System.Globalization;
using System.Text;

namespace EdgePbx.Core;

/// <summary>Patterns for the eyes of a reader: in words, and drawn along a line of time.</summary>
public static class LedWords
{
    /// <summary>How much time one character of a drawing stands for.</summary>
    private static readonly TimeSpan Character = TimeSpan.FromMilliseconds(100);

    private static readonly string[] Numbers = ["no", "one", "two", "three", "four", "five"];

    public static string Of(LedId led) => led switch
    {
        LedId.System => "system",
        LedId.Calls => "calls",
        LedId.Timer => "timer",
        LedId.Network => "network",
        _ => "all",
    };

    public static string Of(LedColor color) => color switch
    {
        LedColor.Normal => "green",
        LedColor.Attention => "blue",
        LedColor.Error => "red",
        _ => "",
    };

    /// <summary><c>ready (one short flash each 4 s)</c></summary>
    public static string Describe(LedRow row) => $"{row.Name} ({Of(row)})";

    public static string Of(LedRow row) => row.IsOnce ? "a quick double wink" : Of(row.Pattern);

    public static string Of(in LedPattern pattern) => pattern switch
    {
        { IsSteady: true } => pattern.IsInverted ? "lit" : "dark",
        { IsInverted: true, Count: 1 } => $"lit, winks once in {Seconds(pattern.Cycle.TotalMilliseconds)} s",
        { IsInverted: true } => $"lit, {Number(pattern.Count)} winks in {Seconds(pattern.Cycle.TotalMilliseconds)} s",
        { Leads: > 0 } => $"{Number(pattern.Leads)} long and {Number(pattern.Count)} short {Plural(pattern.Count)}, then dark",
        { Flash: >= 2000 } => $"lit for {Seconds(pattern.Flash)} s, dark for {Seconds(pattern.Pause)} s",
        { Count: 1 } when pattern.Flash == pattern.Pause => Rate(500.0 / pattern.Flash),
        { Flash: > 500 } => $"{Number(pattern.Count)} long {Plural(pattern.Count)}, then dark",
        { Count: 1, Pause: > 2000 } => $"one short flash each {Seconds(pattern.Cycle.TotalMilliseconds)} s",
        _ => $"{Number(pattern.Count)} {Plural(pattern.Count)}, then dark",
    };

    /// <summary>The pattern from its beginning, ten characters a second: a block where it is lit, a half one where that changes.</summary>
    public static string Draw(in LedPattern pattern, int characters)
    {
        var line = new StringBuilder(characters);
        for (int i = 0; i < characters; i++)
        {
            bool first = pattern.IsLitAt(Character * i);
            bool second = pattern.IsLitAt((Character * i) + (Character / 2));
            _ = line.Append((first, second) switch { (true, true) => '█', (true, false) => '▌', (false, true) => '▐', _ => '·' });
        }
        return line.ToString();
    }

    private static string Number(int count) => Numbers[count];

    private static string Plural(int count) => count == 1 ? "flash" : "flashes";

    private static string Seconds(double milliseconds) => (milliseconds / 1000).ToString("0.#", CultureInfo.InvariantCulture);

    private static string Rate(double perSecond) => perSecond switch
    {
        >= 8 => string.Create(CultureInfo.InvariantCulture, $"flickers ({perSecond} times a second)"),
        >= 4 => string.Create(CultureInfo.InvariantCulture, $"very fast ({perSecond} times a second)"),
        >= 2 => "fast (twice a second)",
        >= 1 => "blinks (once a second)",
        _ => "slow pulse (once in 2 s)",
    };
}
