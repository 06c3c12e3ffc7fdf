using EdgePbx.Core;

namespace EdgePbx.Tests;

public class ThreadCpuTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public void A_thread_that_works_uses_its_processor_and_not_that_of_one_that_sleeps()
    {
        using var isOver = new ManualResetEventSlim();
        int sleeping = 0;
        var sleeper = new Thread(() =>
        {
            Volatile.Write(ref sleeping, Native.gettid());
            isOver.Wait();
        });
        sleeper.Start();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref sleeping) != 0, Patience));
        int own = Native.gettid();
        TimeSpan before = ThreadCpu.OfOwn(own);
        bool hasWorked = false;
        for (Instant end = MonotonicClock.Now + Patience; !hasWorked && MonotonicClock.Now < end;)
        {
            hasWorked = ThreadCpu.OfOwn(own) - before > TimeSpan.FromMilliseconds(200);
        }
        Assert.True(hasWorked);
        Assert.InRange(ThreadCpu.OfOwn(sleeping), TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
        isOver.Set();
        sleeper.Join();
    }

    [Fact]
    public void A_thread_that_is_none_has_used_nothing() =>
        Assert.Equal(TimeSpan.Zero, ThreadCpu.OfOwn(1 << 22)); // the kernel counts no further
}
