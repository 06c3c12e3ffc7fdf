namespace EdgePbx.Tests;

public unsafe class WakeSignalTests
{
    private static bool IsSet(WakeSignal signal, int milliseconds = 0)
    {
        var entry = new Native.PollEntry { Descriptor = signal.Descriptor, Wanted = Native.POLLIN };
        return Native.poll(&entry, 1, milliseconds) == 1 && entry.Found == Native.POLLIN;
    }

    [Fact]
    public void It_is_readable_from_set_to_clear_however_often_it_was_set()
    {
        using var signal = new WakeSignal();
        Assert.False(IsSet(signal));
        signal.Set();
        signal.Set();
        Assert.True(IsSet(signal));
        signal.Clear();
        Assert.False(IsSet(signal));
        signal.Clear(); // on a signal that is not set: no wait, no harm
    }

    [Fact]
    public void It_wakes_a_thread_that_waits()
    {
        using var signal = new WakeSignal();
        bool woken = false;
        var waiter = new Thread(() => woken = IsSet(signal, milliseconds: 10_000));
        waiter.Start();
        signal.Set();
        waiter.Join();
        Assert.True(woken);
    }

    [Fact]
    public void Setting_it_after_its_end_does_nothing()
    {
        var signal = new WakeSignal();
        signal.Dispose();
        signal.Dispose();
        signal.Set();
        Assert.Equal(-1, signal.Descriptor);
    }
}
