using CsCheck;

namespace EdgePbx.Core.Tests;

public class ButtonGestureTests
{
    private readonly ButtonGesture _button = new();

    /// <summary>With a display, what is let go at once turns its page; anything longer is as without one.</summary>
    [Theory]
    [InlineData(0.05, ButtonEvent.Leaf)]
    [InlineData(0.999, ButtonEvent.Leaf)]
    [InlineData(1, ButtonEvent.ShortPress)]
    [InlineData(2.9, ButtonEvent.ShortPress)]
    [InlineData(3, ButtonEvent.Aborted)]
    public void Where_there_is_a_display_a_tap_turns_its_page(double seconds, ButtonEvent expected)
    {
        Instant start = new(TimeSpan.FromHours(1).Ticks);
        ButtonGesture gesture = new(leafs: true);
        Assert.Equal(ButtonEvent.None, gesture.Change(start, isDown: true));
        Assert.Equal(expected, gesture.Change(start + TimeSpan.FromSeconds(seconds), isDown: false));
        Assert.Equal(Instant.Never, gesture.NextDue);
    }

    [Fact]
    public void A_short_press_is_told_when_it_is_over()
    {
        Assert.Equal(Instant.Never, _button.NextDue);
        Assert.Equal(ButtonEvent.None, _button.Change(At(5), isDown: true));
        Assert.Equal(At(8), _button.NextDue);
        Assert.Equal(ButtonEvent.ShortPress, _button.Change(At(5.2), isDown: false));
        Assert.Equal(Instant.Never, _button.NextDue);
    }

    [Fact]
    public void After_three_seconds_it_warns_and_letting_go_aborts()
    {
        _ = _button.Change(At(0), isDown: true);
        Assert.Equal(ButtonEvent.None, _button.Tick(At(2.9)));
        Assert.Equal(ButtonEvent.WarningBegins, _button.Tick(At(3)));
        Assert.Equal((ButtonEvent.None, At(10)), (_button.Tick(At(9.9)), _button.NextDue));
        Assert.Equal(ButtonEvent.Aborted, _button.Change(At(9.99), isDown: false));
        Assert.Equal(ButtonEvent.None, _button.Tick(At(20)));
    }

    [Fact]
    public void After_ten_seconds_everything_is_reset_once()
    {
        _ = _button.Change(At(0), isDown: true);
        _ = _button.Tick(At(3));
        Assert.Equal(ButtonEvent.FactoryReset, _button.Tick(At(10)));
        Assert.Equal((ButtonEvent.None, Instant.Never), (_button.Tick(At(11)), _button.NextDue));
        Assert.Equal(ButtonEvent.None, _button.Change(At(12), isDown: false));
        _ = _button.Change(At(13), isDown: true);
        Assert.Equal(ButtonEvent.ShortPress, _button.Change(At(14), isDown: false));
    }

    /// <summary>Whoever tells it of the button late tells it when it was: what counts is how long it was held.</summary>
    [Fact]
    public void A_slow_thread_makes_no_reset_of_a_release()
    {
        _ = _button.Change(At(0), isDown: true);
        Assert.Equal(ButtonEvent.Aborted, _button.Change(At(9), isDown: false));
        Assert.Equal(ButtonEvent.None, _button.Tick(At(60)));
    }

    [Fact]
    public void A_release_that_is_told_before_the_time_was_is_a_reset_all_the_same()
    {
        _ = _button.Change(At(0), isDown: true);
        Assert.Equal(ButtonEvent.FactoryReset, _button.Change(At(10.5), isDown: false));
        _ = _button.Change(At(11), isDown: true);
        Assert.Equal(ButtonEvent.ShortPress, _button.Change(At(12), isDown: false));
    }

    [Fact]
    public void A_button_that_is_down_from_the_start_or_told_twice_means_nothing()
    {
        Assert.Equal(ButtonEvent.None, _button.Change(At(0), isDown: false));
        _ = _button.Change(At(1), isDown: true);
        Assert.Equal(ButtonEvent.None, _button.Change(At(2), isDown: true));
        Assert.Equal(At(4), _button.NextDue); // counted from the first
    }

    [Fact]
    public void A_button_that_is_gone_does_nothing_more()
    {
        _ = _button.Change(At(0), isDown: true);
        Assert.Equal((ButtonEvent.None, Instant.Never), (_button.Forget(), _button.NextDue));
        Assert.Equal(ButtonEvent.None, _button.Change(At(1), isDown: false));
        _ = _button.Change(At(2), isDown: true);
        _ = _button.Tick(At(5));
        Assert.Equal((ButtonEvent.Aborted, ButtonEvent.None), (_button.Forget(), _button.Tick(At(20))));
    }

    /// <summary>Whatever fingers do, everything is reset only by a button that was held for ten seconds, and then once.</summary>
    [Fact]
    public void Nothing_but_ten_seconds_resets() =>
        Gen.Select(Gen.Int[0, 12_000], Gen.Int[0, 2]).Array[0, 30].Sample(history =>
        {
            var button = new ButtonGesture();
            (Instant now, Instant? downSince, bool wasReset) = (At(0), null, false);
            foreach ((int milliseconds, int act) in history)
            {
                now += TimeSpan.FromMilliseconds(milliseconds);
                bool isLongEnough = downSince is { } since && now - since >= ButtonGesture.ResetAfter;
                ButtonEvent what = act == 2 ? button.Tick(now) : button.Change(now, isDown: act == 1);
                if ((what == ButtonEvent.FactoryReset) != (isLongEnough && !wasReset))
                {
                    return false;
                }
                wasReset |= what == ButtonEvent.FactoryReset;
                (downSince, wasReset) = act switch
                {
                    0 => (null, false),
                    1 => (downSince ?? now, wasReset),
                    _ => (downSince, wasReset),
                };
            }
            return true;
        });

    private static Instant At(double seconds) => new((long)(seconds * TimeSpan.TicksPerSecond));
}
