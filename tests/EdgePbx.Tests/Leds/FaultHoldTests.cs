using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>How long a process that can't go on stays for its lamps.</summary>
public sealed class FaultHoldTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HostRequests _requests = new();
    private readonly RecordingLogger _log = new();
    private readonly HostLamps _lamps;

    public FaultHoldTests()
    {
        // nothing can be shown there, but whoever is told does not know
        File.WriteAllText(_folder.File("board.toml"), "chip = \"no-such-chip\"\n[[led]]\nshows = [\"system\", \"calls\", \"timer\", \"network\"]\nline = 1\n");
        _lamps = NewLamps(_folder.File("board.toml"));
    }

    [Fact]
    public void Without_lamps_nothing_is_held_back()
    {
        File.WriteAllText(_folder.File("button.toml"), "chip = \"no-such-chip\"\n[button]\nline = 1\n");
        foreach (string? board in new[] { null, _folder.File("absent.toml"), _folder.File("button.toml") })
        {
            using HostLamps none = NewLamps(board);
            Assert.Null(new FaultHold(none, _requests, _log).Show(LedFault.CannotListen, 3, () => throw new InvalidOperationException("asked")));
        }
        Assert.Equal(0, _log.EventCount("fault_shown"));
    }

    [Theory]
    [InlineData(nameof(HostRequest.Stop))]
    [InlineData(nameof(HostRequest.Reload))]
    [InlineData(nameof(HostRequest.FactoryReset))]
    public void Whoever_wants_it_to_end_need_not_wait(string wish)
    {
        HostRequest wanted = Enum.Parse<HostRequest>(wish);
        _requests.Post(HostRequest.SignOfLife); // which is no wish
        _requests.Post(wanted);
        Assert.Equal(wanted, Show(LedFault.NoConfiguration, () => false));
        Assert.Equal((LedFault.NoConfiguration, Instant.Never, 1), (_lamps.Panel.Status.Fault, _lamps.Panel.Status.FaultUntil, _log.EventCount("fault_shown")));
    }

    [Fact]
    public void It_ends_when_what_is_wrong_is_put_right()
    {
        int asked = 0;
        Assert.Null(Show(LedFault.CannotListen, () => ++asked == 2));
        Assert.Equal(2, asked);
    }

    [Fact]
    public void It_ends_by_itself() =>
        Assert.Null(new FaultHold(_lamps, _requests, _log, TimeSpan.FromMilliseconds(1)).Show(LedFault.CannotListen, 3, () => false));

    [Fact]
    public void The_hardwares_watchdog_is_fed_meanwhile_and_stays_armed()
    {
        string device = _folder.File("watchdog");
        File.WriteAllText(device, "");
        int early = 0;
        using (var watchdog = new HardwareWatchdog(grace: TimeSpan.FromSeconds(1.5), interval: TimeSpan.FromMilliseconds(20)))
        {
            watchdog.Open(device);
            int asked = 0;
            Assert.Null(new FaultHold(_lamps, _requests, _log, TimeSpan.FromHours(1), watchdog).Show(LedFault.CannotListen, 3, IsGone));

            bool IsGone()
            {
                early = ++asked == 3 ? File.ReadAllText(device).Length : early; // that is after three seconds
                return asked == 4;
            }
        }
        string meals = File.ReadAllText(device);
        Assert.True(meals.Length > early, "without a sign of life it would have been fed for a second and a half");
        Assert.DoesNotContain('V', meals);
    }

    [Fact]
    public void What_is_begun_at_the_button_is_brought_to_its_end()
    {
        _lamps.Panel.Tell(LedAction.ResetWarning, Instant.Never);
        _ = Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken).ContinueWith(
            _ => _requests.Post(HostRequest.FactoryReset), TaskScheduler.Default);
        Assert.Equal(HostRequest.FactoryReset, new FaultHold(_lamps, _requests, _log, TimeSpan.Zero).Show(LedFault.CannotListen, 3, () => true));
    }

    public void Dispose()
    {
        _lamps.Dispose();
        _requests.Dispose();
        _folder.Dispose();
    }

    private HostRequest? Show(LedFault fault, Func<bool> isGone) => new FaultHold(_lamps, _requests, _log, TimeSpan.FromHours(1)).Show(fault, 3, isGone);

    private HostLamps NewLamps(string? board) => new(board, _log, LedTroubles.None, static () => LedTroubles.None, static () => { });
}
