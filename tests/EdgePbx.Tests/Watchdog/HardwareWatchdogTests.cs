namespace EdgePbx.Tests;

/// <summary>Who feeds the hardware's watchdog, and for how long, where no service can be asked for signs of life.</summary>
public sealed class HardwareWatchdogTests : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeClock _clock = new();

    public HardwareWatchdogTests() => File.WriteAllText(Device, "");

    private string Device => _folder.File("watchdog");

    private string Said => File.ReadAllText(Device);

    [Fact]
    public void It_is_fed_from_the_first_moment_on_yet_not_for_ever()
    {
        using HardwareWatchdog watchdog = Open();
        WaitForMeals(3);
        _clock.Advance(Grace.TotalSeconds - 1);
        WaitForMeals(3);
        _clock.Advance(1);
        WaitForTheLastMeal(watchdog); // else a start that hangs is fed for ever
        watchdog.Renew();
        WaitForMeals(3);
    }

    [Fact]
    public void While_the_service_has_it_nobody_else_feeds_and_afterwards_it_is_fed_as_before()
    {
        using HardwareWatchdog watchdog = Open();
        IWatchdogFeeder service = watchdog.HandOver(out _)!;
        WaitForTheLastMeal(watchdog); // else a service that hangs would be fed
        int meals = Said.Length;
        watchdog.Renew();
        Assert.False(watchdog.IsFeeding);
        service.Feed();
        Assert.Equal(new string('\n', meals + 1), Said);
        service.Stop();
        WaitForMeals(3);
        Assert.False(Said.Contains('V'));
    }

    [Fact]
    public void The_last_word_of_an_orderly_end_stops_it()
    {
        using HardwareWatchdog watchdog = Open();
        WaitForMeals(1);
        watchdog.Stop();
        watchdog.Renew();
        WaitForTheLastMeal(watchdog);
        Assert.EndsWith("\nV", Said, StringComparison.Ordinal);
    }

    /// <summary>A service that hangs at its end keeps it: whoever waits to be fed will see to it.</summary>
    [Fact]
    public void Whoever_does_not_give_it_back_is_not_forgiven()
    {
        using HardwareWatchdog watchdog = Open();
        Assert.NotNull(watchdog.HandOver(out _));
        watchdog.Stop();
        Assert.False(Said.Contains('V'));
    }

    [Fact]
    public void A_process_that_just_goes_leaves_it_armed()
    {
        HardwareWatchdog watchdog = Open();
        watchdog.Dispose();
        WaitForTheLastMeal(watchdog);
        Assert.False(Said.Contains('V'));
    }

    [Fact]
    public void The_first_that_is_named_is_the_one_and_one_that_can_not_be_had_is_tried_again()
    {
        string late = _folder.File("late");
        _ = Directory.CreateDirectory(late);
        using var watchdog = new HardwareWatchdog(Grace, Interval);
        watchdog.Open(null);
        Assert.Null(watchdog.Device);
        Assert.Null(watchdog.HandOver(out string problem));
        watchdog.Open(late);
        watchdog.Open(Device);
        Assert.Null(watchdog.HandOver(out problem));
        Assert.Equal((late, "Is a directory", ""), (watchdog.Device, problem, Said));
        Directory.Delete(late);
        File.WriteAllText(late, "");
        Assert.NotNull(watchdog.HandOver(out _));
    }

    public void Dispose() => _folder.Dispose();

    private HardwareWatchdog Open()
    {
        var watchdog = new HardwareWatchdog(Grace, Interval, _clock.Now);
        watchdog.Open(Device);
        return watchdog;
    }

    private void WaitForMeals(int more)
    {
        int wanted = Said.Length + more;
        Assert.True(SpinWait.SpinUntil(() => Said.Length >= wanted, Patience), "it is not fed");
    }

    private static void WaitForTheLastMeal(HardwareWatchdog watchdog) =>
        Assert.True(SpinWait.SpinUntil(() => !watchdog.IsFeeding, Patience), "it is fed for ever");
}
