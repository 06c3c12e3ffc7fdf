using System.Text;

namespace EdgePbx.Tests;

public class LineQueueTests
{
    [Fact]
    public void All_that_waits_is_taken_at_once_and_in_order()
    {
        var queue = new LineQueue(capacity: 10);
        Assert.True(queue.IsCaughtUp);
        Assert.True(queue.TryAdd("one\n"u8));
        Assert.True(queue.TryAdd("two\n"u8));
        Assert.False(queue.IsCaughtUp);

        Assert.Equal(("one\ntwo\n", 2), Take(queue));
        Assert.True(queue.TryAdd("three\n"u8));
        Assert.Equal(("three\n", 1), Take(queue));
        Assert.True(queue.IsCaughtUp);
    }

    [Fact]
    public void A_full_queue_takes_no_more_until_it_is_emptied()
    {
        var queue = new LineQueue(capacity: 2);
        Assert.True(queue.TryAdd("1"u8));
        Assert.True(queue.TryAdd("2"u8));
        Assert.False(queue.TryAdd("3"u8));

        Assert.Equal(("12", 2), Take(queue));
        Assert.True(queue.TryAdd("4"u8));
        Assert.Equal(("4", 1), Take(queue));
    }

    [Fact]
    public void What_waits_at_the_end_is_still_taken()
    {
        var queue = new LineQueue(capacity: 2);
        Assert.True(queue.TryAdd("last words"u8));
        queue.Complete();

        Assert.False(queue.TryAdd("too late"u8));
        Assert.Equal(("last words", 1), Take(queue));
        Assert.False(queue.TryTake(out _, out _));
        Assert.False(queue.IsCaughtUp); // nothing comes any more: who would report now would report to nobody
    }

    [Fact]
    public void A_sleeping_writer_is_woken_without_a_line_by_a_line_and_by_the_end()
    {
        var queue = new LineQueue(capacity: 2);
        (string, int)? taken = null;
        using var round = new AutoResetEvent(initialState: false);
        bool goesOn = true;
        var writer = new Thread(() =>
        {
            while (goesOn)
            {
                goesOn = queue.TryTake(out ReadOnlySpan<byte> lines, out int count);
                taken = (Encoding.UTF8.GetString(lines), count);
                _ = round.Set();
            }
        });
        writer.Start();

        queue.Wake();
        Assert.True(round.WaitOne(TimeSpan.FromSeconds(30)));
        Assert.Equal(("", 0), taken);
        Assert.True(queue.TryAdd("line"u8));
        Assert.True(round.WaitOne(TimeSpan.FromSeconds(30)));
        Assert.Equal(("line", 1), taken);
        queue.Complete();
        Assert.True(writer.Join(TimeSpan.FromSeconds(30)));
        Assert.False(goesOn);
    }

    [Fact]
    public void Lines_pass_without_garbage()
    {
        var queue = new LineQueue(capacity: 100);
        byte[] line = new byte[300];

        int missing = 0;
        Assert.Equal(0, Allocated.InEach(() =>
        {
            for (int i = 0; i < 50; i++)
            {
                missing += queue.TryAdd(line) ? 0 : 1;
            }
            missing += queue.TryTake(out ReadOnlySpan<byte> lines, out _) && lines.Length == 50 * line.Length ? 0 : 1;
        }));
        Assert.Equal(0, missing);
    }

    [Fact]
    public void What_a_burst_needed_is_not_kept()
    {
        var queue = new LineQueue(capacity: 100);
        Assert.True(queue.TryAdd(new byte[1_000_000]));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 3; i++) // both buffers come round
        {
            queue.Wake();
            Assert.True(queue.TryTake(out _, out _));
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 1000); // a small buffer took the place of the large one
    }

    private static (string Lines, int Count) Take(LineQueue queue)
    {
        Assert.True(queue.TryTake(out ReadOnlySpan<byte> lines, out int count));
        return (Encoding.UTF8.GetString(lines), count);
    }
}
