using System.Text;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>What pixels and segments look like, drawn and compared with PanelFaces.txt; what was drawn lies beside the tests for whoever has changed it.</summary>
public class PanelFacesTests
{
    private static readonly Instant Now = new(TimeSpan.FromHours(1).Ticks);

    private static readonly LedStatus Status = new()
    {
        Phase = LedPhase.Ready,
        Box = new BoxIdentity("Büro Süd-Östliche Straße", "192.168.10.20"),
        Engine = new EngineStatus
        {
            Registrations = 12, Calls = 3, Capacity = 24, SessionTimers = 6, RefreshLateAt = Now, LastCall = new EndedCallStatus(Now, "callee hung up", 4.21),
        },
    };

    [Fact]
    public void Every_page_looks_as_it_is_drawn()
    {
        var drawn = new StringBuilder();
        foreach ((DisplayPage page, LedStatus status) in new[]
        {
            (DisplayPage.Box, Status), (DisplayPage.Phones, Status), (DisplayPage.Calls, Status), (DisplayPage.Timers, Status), (DisplayPage.LastCall, Status),
            (DisplayPage.Lamps, Status with { Troubles = LedTroubles.StorageFailed }), (DisplayPage.Action, Status with { Action = LedAction.SelfTestFailed }),
            (DisplayPage.Action, Status with { Action = LedAction.ResetWarning }),
        })
        {
            StatusPage content = StatusPages.Of(page, status, Now);
            _ = drawn.Append("=== ").Append(page).Append('\n');
            DrawSegments(drawn, PanelFaces.Segments(content));
            DrawPixels(drawn, PanelFaces.Pixels(content));
        }
        string file = Path.Combine(AppContext.BaseDirectory, "Leds", "PanelFaces.txt");
        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "PanelFaces.drawn.txt"), drawn.ToString());
        Assert.Equal(File.ReadAllText(file), drawn.ToString());
    }

    /// <summary>All that pages are written in has a picture: none is left blank but the space.</summary>
    [Fact]
    public void Every_character_has_a_picture()
    {
        HashSet<string> pictures = [];
        string all = string.Concat(Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code)) + DisplayText.Extra;
        foreach (char c in all)
        {
            byte[] pixels = PanelFaces.Pixels(new StatusPage("", "", [c.ToString()], ""));
            Assert.Equal((c, c == ' '), (c, pixels[128..].All(column => column == 0)));
            Assert.True(pictures.Add(Convert.ToHexString(pixels)), $"{c} looks like another one");
        }
    }

    [Theory]
    [InlineData("E1-4", "79 06 40 66")]
    [InlineData("q 4.2", "67 00 e6 5b")]
    [InlineData("good", "6f 5c 5c 5e")]
    [InlineData("8.8.8.8.", "ff ff ff ff")]
    [InlineData("", "00 00 00 00")]
    [InlineData("12345", "06 5b 4f 66")]
    public void Segments_of(string digits, string expected) =>
        Assert.Equal(expected, string.Join(' ', PanelFaces.Segments(new StatusPage("", "", [], digits)).Select(one => $"{one:x2}")));

    /// <summary>Whatever any page says in digits has segments for all of it.</summary>
    [Fact]
    public void No_digit_is_left_blank()
    {
        foreach (LedRow row in LedLanguage.Rows)
        {
            foreach (LedAction action in Enum.GetValues<LedAction>())
            {
                for (DisplayPage page = 0; page <= DisplayPage.Action; page++)
                {
                    LedStatus status = Status with { Action = action, Phase = (LedPhase)((int)row.Meaning % 3), Troubles = (LedTroubles)((int)row.Meaning * 3 % 128) };
                    string digits = StatusPages.Of(page, status, Now).Digits.Replace(".", "", StringComparison.Ordinal);
                    byte[] segments = PanelFaces.Segments(new StatusPage("", "", [], digits));
                    Assert.Equal((digits, digits.Count(c => c == ' ')), (digits, segments.Count(one => one == 0)));
                }
            }
        }
    }

    // two pixels a character, one above the other
    private static void DrawPixels(StringBuilder drawn, byte[] pixels)
    {
        for (int y = 0; y < PanelFaces.Height; y += 2)
        {
            for (int x = 0; x < PanelFaces.Width; x++)
            {
                int pair = pixels[(y / 8 * PanelFaces.Width) + x] >> (y % 8) & 3;
                _ = drawn.Append(" ▀▄█"[pair]);
            }
            _ = drawn.Append("|\n");
        }
    }

    private static void DrawSegments(StringBuilder drawn, byte[] digits)
    {
        foreach ((int left, int middle, int right) in new[] { (-1, 0, -1), (5, 6, 1), (4, 3, 2) })
        {
            foreach (byte digit in digits)
            {
                bool Is(int bit) => bit >= 0 && (digit >> bit & 1) != 0;
                _ = drawn.Append(Is(left) ? '|' : ' ').Append(Is(middle) ? '_' : ' ').Append(Is(right) ? '|' : ' ').Append(left == 4 && Is(7) ? '.' : ' ');
            }
            _ = drawn.Append("|\n");
        }
    }
}
