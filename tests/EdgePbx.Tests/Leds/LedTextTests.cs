using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>What people read: the line of <c>leds watch</c>, the lamps of a terminal, the walk of <c>leds test</c>.</summary>
public class LedTextTests
{
    private static readonly Instant Now = new(TimeSpan.FromHours(1).Ticks);

    [Fact]
    public void One_line_says_what_the_four_lamps_show()
    {
        var status = new LedStatus
        {
            Phase = LedPhase.Ready,
            Engine = new EngineStatus { Calls = 2, Capacity = 10, SessionTimers = 4, Registrations = 3 },
            Troubles = LedTroubles.TimeNotSet,
        };
        Assert.Equal(
            "system: ready (one short flash each 4 s); calls: two calls (two flashes, then dark); "
            + "timer: session timers run, all is well (slow pulse (once in 2 s)); network: the clock is not set (four long flashes, then dark)",
            LedWatch.Describe(status, Now));
    }

    [Fact]
    public void A_display_is_drawn_whether_there_is_one_or_not()
    {
        var status = new LedStatus { Phase = LedPhase.Ready, Engine = new EngineStatus { Capacity = 10, Registrations = 3 }, Page = DisplayPage.Phones, PageUntil = Instant.Never };
        Assert.Equal(["Phones             3", "registered          ", new string(' ', 20), new string(' ', 20)], LedWatch.DisplayOf(status, Now));
        using var output = new StringWriter { NewLine = "\n" };
        using var terminal = new TerminalLamps(output, ["system"], hasBar: false, notes: 2);
        _ = Taken(output);
        terminal.Note(1, "|Phones|");
        terminal.Note(1, "|Phones|");
        Assert.Equal("\e[1A\r  |Phones|\e[K\e[1B\r", Taken(output));
        terminal.Show(0, LedColor.Dark);
        Assert.StartsWith("\e[3A\r", Taken(output), StringComparison.Ordinal);
    }

    [Fact]
    public void A_terminal_draws_a_line_anew_when_it_changes()
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var terminal = new TerminalLamps(output, ["system", "calls"], hasBar: true);
        Assert.Equal("\n\n\n\e[3A\r  ○  system   \e[K\e[3B\r\e[2A\r  ○  calls    \e[K\e[2B\r\e[1A\r  ········  load\e[K\e[1B\r", Taken(output));
        terminal.Show(1, LedColor.Error);
        Assert.Equal("\e[2A\r  \e[31m●\e[0m  calls    \e[K\e[2B\r", Taken(output));
        terminal.Say(1, "no link");
        terminal.Say(1, "no link");
        Assert.Equal("\e[2A\r  \e[31m●\e[0m  calls    no link\e[K\e[2B\r", Taken(output));
        terminal.ShowBar(0b101);
        Assert.Equal("\e[1A\r  █·█·····  load\e[K\e[1B\r", Taken(output));
    }

    /// <summary>The whole walk on a clock of its own: each line of the table is announced and shown on its own lamps.</summary>
    [Fact]
    public void The_test_walks_through_the_whole_table()
    {
        var driver = new FakeLamps();
        using var group = new LampGroup(
            "", [new LedLamp(LedId.System | LedId.Calls, IsRed: false), new LedLamp(LedId.Timer, IsRed: false), new LedLamp(LedId.Network, IsRed: true)], hasBar: true, () => driver, new RecordingLogger());
        Instant now = Now;
        List<(LedMeaning Row, string[] Told)> seen = [];
        new LedTest([group], row =>
        {
            if (seen.Count > 0)
            {
                seen[^1] = (seen[^1].Row, driver.Take());
            }
            seen.Add((row.Meaning, []));
        }).Run(() => now, rest => now += rest + TimeSpan.FromTicks(1));

        Assert.Equal(LedLanguage.Rows.Select(row => row.Meaning), seen.Select(row => row.Row));
        string[] Of(LedMeaning meaning) => [.. seen.Single(row => row.Row == meaning).Told.Where(told => !told.StartsWith("bar", StringComparison.Ordinal))];
        Assert.Equal(["0 Normal", "0 Dark", "0 Normal", "0 Dark"], Of(LedMeaning.TwoCalls).TakeLast(4));
        Assert.Contains("2 Error", Of(LedMeaning.NoLink));
        Assert.DoesNotContain(Of(LedMeaning.NoPhone), told => told.StartsWith('2'));
        Assert.True(now - Now < TimeSpan.FromMinutes(3));
        Assert.Equal(9, seen.SelectMany(row => row.Told).Where(told => told.StartsWith("bar", StringComparison.Ordinal)).Distinct().Count());
    }

    private static string Taken(StringWriter output)
    {
        string text = output.ToString();
        _ = output.GetStringBuilder().Clear();
        return text;
    }
}
