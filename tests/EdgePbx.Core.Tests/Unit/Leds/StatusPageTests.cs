using System.Text;

namespace EdgePbx.Core.Tests;

/// <summary>What displays say, drawn for each size and compared with StatusPages.txt; a page that has changed is drawn in the test's message.</summary>
public class StatusPageTests
{
    private static readonly Instant Now = LedStatuses.Now;

    private static readonly LedStatus Fine = new()
    {
        Phase = LedPhase.Ready,
        Box = new BoxIdentity("front-desk", "192.168.10.20"),
        Engine = new EngineStatus { Registrations = 12, Capacity = 24 },
    };

    private static readonly LedStatus Busy = Fine with
    {
        Engine = Fine.Engine with { Calls = 3, SessionTimers = 6, RefreshLateAt = Now + TimeSpan.FromSeconds(1), LastCall = Ended(5, "caller hung up", 4.18) },
    };

    private static readonly LedStatus Late = Busy with
    {
        Engine = Busy.Engine with { LateMoments = new([Now, Now, Now + TimeSpan.FromSeconds(1)]), LastCall = Ended(0, "callee is busy", null) },
    };

    private static readonly (string Name, DisplayPage Page, LedStatus Status)[] Cases =
    [
        ("a box that is ready", DisplayPage.Box, Fine),
        ("a box that starts, and knows nothing of itself", DisplayPage.Box, new LedStatus()),
        ("a box that stops", DisplayPage.Box, Fine with { Phase = LedPhase.Stopping }),
        ("umlauts, a name that is too long, and an address of the sixth version", DisplayPage.Box,
            Fine with { Box = new("Büro Süd-Östliche Straße, Übergröße", "2001:db8:1234:5678:9abc:def0:1234:5678") }),
        ("a name with other marks", DisplayPage.Box, Fine with { Box = new("Café Señor Škoda", "10.0.0.1") }),
        ("phones", DisplayPage.Phones, Fine),
        ("no phone", DisplayPage.Phones, Fine with { Engine = Fine.Engine with { Registrations = 0 } }),
        ("more phones than three digits", DisplayPage.Phones, Fine with { Engine = Fine.Engine with { Registrations = 1234 } }),
        ("no call", DisplayPage.Calls, Fine),
        ("calls", DisplayPage.Calls, Busy),
        ("as many calls as there may be", DisplayPage.Calls, Fine with { Engine = Fine.Engine with { Calls = 24 } }),
        ("no timer", DisplayPage.Timers, Fine),
        ("timers in time", DisplayPage.Timers, Busy),
        ("timers that are late", DisplayPage.Timers, Late),
        ("more late ones than are counted", DisplayPage.Timers, Busy with { Engine = Busy.Engine with { LateMoments = new(Enumerable.Repeat(Now, 9).ToArray()) } }),
        ("a good call", DisplayPage.LastCall, Busy),
        ("a call of a quality that nobody heard", DisplayPage.LastCall, Late),
        ("a poor call of yesterday", DisplayPage.LastCall, Busy with { Engine = Busy.Engine with { LastCall = Ended(60 * 30, "a phone is gone", 2.04) } }),
        .. LedLanguage.Rows.Where(row => row.Color is LedColor.Error or LedColor.Attention && StatusOf(row.Meaning) is not null)
            .Select(row => ($"the lamp says: {row.Name}", DisplayPage.Lamps, StatusOf(row.Meaning)!)),
        .. Enum.GetValues<LedAction>().Where(action => action != LedAction.None)
            .Select(action => ($"at the button: {action}", DisplayPage.Action, Fine with { Action = action })),
    ];

    [Fact]
    public void Every_page_looks_as_it_is_drawn()
    {
        var drawn = new StringBuilder();
        foreach ((string name, DisplayPage page, LedStatus status) in Cases)
        {
            Draw(drawn, name, StatusPages.Of(page, status, Now));
        }
        using var golden = new StreamReader(GetType().Assembly.GetManifestResourceStream("StatusPages.txt")!);
        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "StatusPages.drawn.txt"), drawn.ToString()); // for whoever has changed a page, to look at and to keep
        Assert.Equal(golden.ReadToEnd(), drawn.ToString());
    }

    /// <summary>Whatever there is to say: each line is as wide as the display, and in characters that it has.</summary>
    [Theory]
    [InlineData(16, 2)]
    [InlineData(20, 4)]
    [InlineData(21, 8)]
    [InlineData(8, 1)]
    public void Every_status_fits_every_display(int columns, int rows)
    {
        foreach (LedStatus status in LedStatuses.All.Where((_, i) => i % 401 == 0))
        {
            for (DisplayPage page = 0; page <= DisplayPage.Action; page++)
            {
                string[] lines = PageLayout.Of(StatusPages.Of(page, status, Now), columns, rows);
                Assert.Equal(rows, lines.Length);
                Assert.All(lines, line => Assert.Equal((columns, line), (line.Length, DisplayText.Of(line))));
            }
        }
    }

    [Fact]
    public void Four_digits_are_four()
    {
        foreach ((string name, DisplayPage page, LedStatus status) in Cases)
        {
            string digits = StatusPages.Of(page, status, Now).Digits;
            Assert.Equal((name, 4), (name, digits.Replace(".", "", StringComparison.Ordinal).Length));
        }
    }

    [Theory]
    [InlineData(0, "just now", 60)]
    [InlineData(59, "just now", 60)]
    [InlineData(60, "1 min ago", 120)]
    [InlineData(3599, "59 min ago", 3600)]
    [InlineData(3600, "1 h ago", 3660)]
    [InlineData(86399, "23 h ago", 86400)]
    [InlineData(86400, "yesterday", 86460)]
    [InlineData(172800, "2 days ago", 172860)]
    public void What_a_page_says_of_time_holds_until_it_says_so(int seconds, string ago, int until)
    {
        EndedCallStatus call = new(Now, "caller gave up", null);
        LedStatus status = Fine with { Engine = Fine.Engine with { LastCall = call } };
        Instant at = Now + TimeSpan.FromSeconds(seconds);
        Assert.Equal(ago, StatusPages.Of(DisplayPage.LastCall, status, at).Details[^1]);
        Assert.Equal(Now + TimeSpan.FromSeconds(until), StatusPages.ValidUntil(DisplayPage.LastCall, status, at));
    }

    [Fact]
    public void A_page_of_timers_holds_until_the_next_one_is_late()
    {
        Assert.Equal(Now + TimeSpan.FromSeconds(1), StatusPages.ValidUntil(DisplayPage.Timers, Late, Now));
        Assert.Equal(Instant.Never, StatusPages.ValidUntil(DisplayPage.Timers, Late, Now + TimeSpan.FromSeconds(1)));
    }

    /// <summary>How every call can end, without a number of anybody: a display hangs where everybody sees it.</summary>
    [Theory]
    [InlineData("hung_up", "1001 hung up", "caller", "caller hung up")]
    [InlineData("hung_up", "1002 hung up", "callee", "callee hung up")]
    [InlineData("cancelled", "1001 gave up before anybody answered", "caller", "caller gave up")]
    [InlineData("rejected", "the called phone is busy", "callee", "callee is busy")]
    [InlineData("rejected", "the phones have no codec in common", "callee", "the phones have no codec in common")]
    [InlineData("no_answer", "nobody answered within 30 s", "edgepbx", "nobody answered")]
    [InlineData("session_expired", "1001 stopped refreshing the session; both legs were closed", "edgepbx", "a phone is gone")]
    [InlineData("refresh_unanswered", "1001 stopped answering the session refresh; both legs were closed", "edgepbx", "a phone is gone")]
    [InlineData("refresh_failed", "1001 answered 500 to the session refresh; both legs were closed", "edgepbx", "refresh refused")]
    [InlineData("peer_gone", "1001 no longer knows the call (481)", "edgepbx", "call forgotten")]
    [InlineData("no_ack", "no ACK from 1001 within 32 s: its Contact or a NAT is wrong", "edgepbx", "not confirmed")]
    [InlineData("no_prack", "no PRACK from 1001 within 32 s", "edgepbx", "not confirmed")]
    [InlineData("media_gone", "both phones fell silent for 60 s; both legs were closed", "edgepbx", "both fell silent")]
    [InlineData("no_ports", "all media ports are in use", "edgepbx", "no media port")]
    [InlineData("shutdown", "EdgePbx is stopping", "edgepbx", "EdgePbx stopped")]
    [InlineData("fault", "a bug in EdgePbx ended this call", "edgepbx", "ended by a bug")]
    [InlineData("no_media_answer", "1001 accepted, but named no media that the other phone can use", "edgepbx", "no media answer")]
    public void The_end_of_a_call_is_said_in_a_few_words(string code, string reason, string by, string expected)
    {
        string said = DisplayWords.HowEnded(new CallRecord { EndCode = code, EndReason = reason, EndedBy = by });
        Assert.Equal(expected, said);
        Assert.DoesNotContain("100", said, StringComparison.Ordinal);
    }

    private static EndedCallStatus Ended(int minutesAgo, string how, double? score) => new(Now + TimeSpan.FromMinutes(-minutesAgo), how, score);

    // one that makes a lamp say it before anything else
    private static LedStatus? StatusOf(LedMeaning meaning) =>
        LedStatuses.All.FirstOrDefault(status => status.Action == LedAction.None && LedPolicy.MeaningOf(LedId.All, status, Now) == meaning);

    private static void Draw(StringBuilder drawn, string name, StatusPage page)
    {
        _ = drawn.Append("=== ").Append(name).Append("\n[").Append(page.Digits).Append("]\n");
        foreach ((int columns, int rows) in new[] { (16, 2), (20, 4) })
        {
            string edge = $"+{new string('-', columns)}+\n";
            _ = drawn.Append(edge);
            foreach (string line in PageLayout.Of(page, columns, rows))
            {
                _ = drawn.Append('|').Append(line).Append("|\n");
            }
            _ = drawn.Append(edge);
        }
    }
}
