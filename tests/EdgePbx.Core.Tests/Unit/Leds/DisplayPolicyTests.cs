namespace EdgePbx.Core.Tests;

/// <summary>Which page comes when, by itself and when somebody leafs.</summary>
public class DisplayPolicyTests
{
    private static readonly Instant Start = new(TimeSpan.FromHours(5).Ticks); // a whole number of rounds of four, five and six pages
    private static readonly LedStatus Fine = new() { Phase = LedPhase.Ready, Engine = new EngineStatus { Registrations = 1, Capacity = 9 } };
    private static readonly LedStatus WithCall = Fine with { Engine = Fine.Engine with { LastCall = new(Start, "caller hung up", null) } };
    private static readonly LedStatus Attention = WithCall with { Troubles = LedTroubles.TimeNotSet };
    private static readonly LedStatus Red = WithCall with { Troubles = LedTroubles.NoLink };

    [Fact]
    public void Pages_come_in_turns()
    {
        Assert.Equal("Box Phones Calls Timers Box", TurnsOf(Fine, 5));
        Assert.Equal("Box Phones Calls Timers LastCall Box", TurnsOf(WithCall, 6));
        Assert.Equal("Box Phones Calls Timers LastCall Lamps Box", TurnsOf(Attention, 7));
    }

    [Fact]
    public void While_a_lamp_is_red_each_second_page_says_why() =>
        Assert.Equal("Lamps Box Lamps Phones Lamps Calls Lamps Timers Lamps LastCall Lamps Box", TurnsOf(Red, 12));

    [Fact]
    public void A_page_stays_for_its_time()
    {
        Assert.Equal(Start + DisplayPolicy.PageShown, DisplayPolicy.NextChange(Fine, Start));
        Assert.Equal(Start + DisplayPolicy.PageShown, DisplayPolicy.NextChange(Fine, Start + (DisplayPolicy.PageShown - TimeSpan.FromTicks(1))));
        Assert.Equal(Start + (2 * DisplayPolicy.PageShown), DisplayPolicy.NextChange(Fine, Start + DisplayPolicy.PageShown));
    }

    /// <summary>At every status and moment: until the moment that is named, the page stays, and then there is progress.</summary>
    [Fact]
    public void The_next_change_is_never_late_and_never_now()
    {
        foreach (LedStatus status in LedStatuses.All.Where((_, i) => i % 101 == 0).Select(status => status with { ActionUntil = LedStatuses.Now + TimeSpan.FromSeconds(1) }))
        {
            Instant now = LedStatuses.Now;
            for (int i = 0; i < 5; i++)
            {
                Instant next = DisplayPolicy.NextChange(status, now);
                Assert.True(next > now);
                Assert.Equal(DisplayPolicy.PageAt(status, now), DisplayPolicy.PageAt(status, new Instant(next.Ticks - 1)));
                now = next;
            }
        }
    }

    [Fact]
    public void Who_leafs_sees_each_page_once_and_has_time_to_read()
    {
        foreach ((LedStatus status, string pages) in new[]
        {
            (Fine, "Phones Calls Timers Box"), (WithCall, "Phones Calls Timers LastCall Box"), (Attention, "Phones Calls Timers LastCall Lamps Box"),
        })
        {
            List<DisplayPage> seen = [];
            LedStatus at = status;
            for (int i = 0; i < pages.Split(' ').Length; i++)
            {
                at = DisplayPolicy.Leaf(at, Start);
                seen.Add(DisplayPolicy.PageAt(at, Start + (DisplayPolicy.ChosenShown - TimeSpan.FromTicks(1))));
            }
            Assert.Equal(pages, string.Join(' ', seen));
            Assert.Equal(Start + DisplayPolicy.ChosenShown, DisplayPolicy.NextChange(at, Start));
            Assert.Equal(DisplayPolicy.PageAt(status, Start + DisplayPolicy.ChosenShown), DisplayPolicy.PageAt(at, Start + DisplayPolicy.ChosenShown));
        }
    }

    [Fact]
    public void He_begins_behind_the_page_that_he_sees()
    {
        Instant timers = Start + (3 * DisplayPolicy.PageShown);
        Assert.Equal(DisplayPage.LastCall, DisplayPolicy.Leaf(WithCall, timers).Page);
        Assert.Equal(DisplayPage.Box, DisplayPolicy.Leaf(Fine, timers).Page);
    }

    [Fact]
    public void A_page_that_has_nothing_to_say_any_more_gives_way()
    {
        LedStatus leafed = Red with { Page = DisplayPage.Lamps, PageUntil = Start + DisplayPolicy.ChosenShown };
        Assert.Equal(DisplayPage.Lamps, DisplayPolicy.PageAt(leafed, Start));
        Assert.Equal(DisplayPage.Box, DisplayPolicy.PageAt(leafed with { Troubles = LedTroubles.None }, Start));
    }

    [Fact]
    public void What_goes_on_at_the_button_is_all_there_is()
    {
        LedStatus status = Red with { Action = LedAction.SelfTestRunning, ActionUntil = Start + TimeSpan.FromSeconds(1), Page = DisplayPage.Calls, PageUntil = Start + TimeSpan.FromSeconds(9) };
        Assert.Equal(DisplayPage.Action, DisplayPolicy.PageAt(status, Start));
        Assert.Equal(DisplayPage.Calls, DisplayPolicy.PageAt(status, Start + TimeSpan.FromSeconds(1)));
        Assert.Equal(Start + TimeSpan.FromSeconds(1), DisplayPolicy.NextChange(status, Start));
        Assert.Equal(DisplayPage.Box, DisplayPolicy.Leaf(status, Start).Page); // and is not leafed away
    }

    [Fact]
    public void To_ask_which_page_allocates_nothing()
    {
        int sum = 0;
        Assert.Equal(0, Allocated.InEach(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                sum += (int)DisplayPolicy.PageAt(Attention, Start + TimeSpan.FromSeconds(i));
                sum += DisplayPolicy.NextChange(Red, Start) > Start ? 1 : 0;
            }
        }));
        Assert.True(sum > 0);
    }

    private static string TurnsOf(LedStatus status, int count) =>
        string.Join(' ', Enumerable.Range(0, count).Select(turn => DisplayPolicy.PageAt(status, Start + (turn * DisplayPolicy.PageShown))));
}
