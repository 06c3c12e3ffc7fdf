using System.Collections.Concurrent;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>The thread itself: that it shows what it is told, and that a lamp that hangs holds up nobody.</summary>
public sealed class LedThreadTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly WakeSignal _wake = new();
    private readonly RecordingLogger _log = new();

    [Fact]
    public void What_the_panel_is_told_is_shown_and_at_the_end_all_is_dark()
    {
        using var lamps = new WaitingLamps();
        var panel = new LedPanel(_wake.Set);
        panel.Tell(LedPhase.Ready);
        LampGroup group = new("lamps", [new LedLamp(LedId.Calls, IsRed: false)], hasBar: true, () => lamps, new RecordingLogger());
        using (new LedThread(new LedLoop(panel, [group], null, LedTroubles.None, () => LedTroubles.None, _ => { }), _wake, _log))
        {
            lamps.WaitFor("bar 00000000");
            panel.Tell(new EngineStatus { Calls = 6, Capacity = 100 });
            lamps.WaitFor("0 Normal");
            lamps.WaitFor("bar 00000001");
        }
        lamps.WaitFor("closed");
    }

    [Fact]
    public void A_lamp_that_hangs_holds_up_neither_who_tells_nor_the_end()
    {
        using var hung = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var panel = new LedPanel(_wake.Set);
        LampGroup group = new("lamps", [new LedLamp(LedId.Calls, IsRed: false)], hasBar: false, () =>
        {
            hung.Set();
            _ = go.Wait(Patience, TestContext.Current.CancellationToken);
            throw new LampException("at last");
        }, new RecordingLogger());
        using (new LedThread(new LedLoop(panel, [group], null, LedTroubles.None, () => LedTroubles.None, _ => { }), _wake, _log))
        {
            Assert.True(hung.Wait(Patience, TestContext.Current.CancellationToken));
            for (int calls = 0; calls < 10_000; calls++)
            {
                panel.Tell(new EngineStatus { Calls = calls });
            }
        }
        Assert.False(go.IsSet); // both came to their end while it hung
        go.Set();
    }

    [Fact]
    public void A_bug_of_the_lamps_is_logged_once_and_ends_nothing()
    {
        using var looked = new SemaphoreSlim(0);
        var panel = new LedPanel(_wake.Set);
        LedLoop loop = new(panel, [], null, LedTroubles.None, () => throw new InvalidOperationException($"a bug {looked.Release()}"), _ => { });
        using (new LedThread(loop, _wake, _log))
        {
            Assert.True(looked.Wait(Patience, TestContext.Current.CancellationToken));
            Assert.True(SpinWait.SpinUntil(() => _log.EventCount("led_driver_failed") == 1, Patience));
            panel.Tell(LedPhase.Ready); // the thread still takes turns
        }
        Assert.Equal(1, _log.EventCount("led_driver_failed"));
    }

    public void Dispose() => _wake.Dispose();

    private sealed class WaitingLamps : ILampDriver
    {
        private readonly BlockingCollection<string> _told = [];

        public void WaitFor(string what)
        {
            while (_told.TryTake(out string? told, Patience))
            {
                if (told == what)
                {
                    return;
                }
            }
            throw new TimeoutException($"{what} was not shown");
        }

        public void Show(int lamp, LedColor color) => _told.Add($"{lamp} {color}");

        public bool TryBlink(int lamp, in LedFace face) => false;

        public void ShowBar(byte bits) => _told.Add($"bar {bits:b8}");

        public void Check()
        {
        }

        public void Dispose() => _told.Add("closed");
    }
}
