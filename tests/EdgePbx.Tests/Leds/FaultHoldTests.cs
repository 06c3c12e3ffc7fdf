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
        var clock = new FakeClock();
        using (var watchdog = new HardwareWatchdog(grace: TimeSpan.FromSeconds(1.5), interval: TimeSpan.FromMilliseconds(20), now: clock.Now))
        {
            watchdog.Open(device);
            int asked = 0;
            Assert.Null(new FaultHold(_lamps, _requests, _log, TimeSpan.FromHours(1), watchdog).Show(LedFault.CannotListen, 3, IsGone));

            // each look is a sign of life, so it is fed after each, although they are a second apart
            bool IsGone()
            {
                int early = File.ReadAllText(device).Length;
                Assert.True(SpinWait.SpinUntil(() => File.ReadAllText(device).Length > early, TimeSpan.FromMinutes(5)), $"after look {asked} it is not fed any more");
                clock.Advance(1);
                return ++asked == 3;
            }
        }
        Assert.DoesNotContain('V', File.ReadAllText(device));
    }

    [Fact]
    public void What_is_begun_at_the_button_is_brought_to_its_end()
    {
        _lamps.Panel.Tell(LedAction.ResetWarning, Instant.Never);
        int looks = 0;
        bool isAsked = false;
        Assert.Equal(HostRequest.FactoryReset, new FaultHold(_lamps, _requests, _log, TimeSpan.Zero, now: LookAtClock).Show(LedFault.CannotListen, 3, IsGone));
        Assert.Equal((4, false), (looks, isAsked));

        // once for the end, and before each look: after two looks at which nothing had come, there it is
        Instant LookAtClock()
        {
            if (++looks == 4)
            {
                _requests.Post(HostRequest.FactoryReset);
            }
            return default;
        }

        bool IsGone() => isAsked = true;
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
