namespace EdgePbx.Tests;

/// <summary>Who feeds the hardware's watchdog, and for how long, where no service can be asked for signs of life.</summary>
public sealed class HardwareWatchdogTests : IDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();

    public HardwareWatchdogTests() => File.WriteAllText(Device, "");

    private string Device => _folder.File("watchdog");

    private string Said => File.ReadAllText(Device);

    [Fact]
    public void It_is_fed_from_the_first_moment_on_yet_not_for_ever()
    {
        using HardwareWatchdog watchdog = Open(Short);
        WaitForMeals(2);
        Assert.True(SpinWait.SpinUntil(IsHungry, Patience), "a start that hangs is fed for ever");
        watchdog.Renew();
        WaitForMeals(2);
    }

    [Fact]
    public void While_the_service_has_it_nobody_else_feeds_and_afterwards_it_is_fed_as_before()
    {
        using HardwareWatchdog watchdog = Open(Long);
        IWatchdogFeeder service = watchdog.HandOver(out _)!;
        Assert.True(SpinWait.SpinUntil(IsHungry, Patience), "a service that hangs would be fed");
        watchdog.Renew();
        Assert.True(IsHungry());
        service.Feed();
        Assert.False(Said.Contains('V'));
        service.Stop();
        WaitForMeals(3);
        Assert.False(Said.Contains('V'));
    }

    [Fact]
    public void The_last_word_of_an_orderly_end_stops_it()
    {
        using HardwareWatchdog watchdog = Open(Long);
        WaitForMeals(1);
        watchdog.Stop();
        watchdog.Renew();
        Assert.True(IsHungry());
        Assert.EndsWith("\nV", Said, StringComparison.Ordinal);
    }

    /// <summary>A service that hangs at its end keeps it: whoever waits to be fed will see to it.</summary>
    [Fact]
    public void Whoever_does_not_give_it_back_is_not_forgiven()
    {
        using HardwareWatchdog watchdog = Open(Long);
        Assert.NotNull(watchdog.HandOver(out _));
        watchdog.Stop();
        Assert.False(Said.Contains('V'));
    }

    [Fact]
    public void A_process_that_just_goes_leaves_it_armed()
    {
        Open(Long).Dispose();
        Assert.True(IsHungry());
        Assert.False(Said.Contains('V'));
    }

    [Fact]
    public void The_first_that_is_named_is_the_one_and_one_that_can_not_be_had_is_tried_again()
    {
        string late = _folder.File("late");
        _ = Directory.CreateDirectory(late);
        using var watchdog = new HardwareWatchdog(Long, Interval);
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

    private HardwareWatchdog Open(TimeSpan grace)
    {
        var watchdog = new HardwareWatchdog(grace, Interval);
        watchdog.Open(Device);
        return watchdog;
    }

    private void WaitForMeals(int more)
    {
        int wanted = Said.Length + more;
        Assert.True(SpinWait.SpinUntil(() => Said.Length >= wanted, Patience), "it is not fed");
    }

    private bool IsHungry()
    {
        int before = Said.Length;
        Thread.Sleep(10 * Interval);
        return Said.Length == before;
    }
}
