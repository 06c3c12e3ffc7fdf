namespace EdgePbx.Tests;

public class MailboxTests
{
    [Fact]
    public void Values_come_out_in_the_order_in_which_they_went_in_over_many_laps()
    {
        var mailbox = new Mailbox<int>(4);
        for (int i = 0; i < 100; i++)
        {
            Assert.True(mailbox.TryPost(2 * i));
            Assert.True(mailbox.TryPost((2 * i) + 1));
            Assert.True(mailbox.TryTake(out int first));
            Assert.True(mailbox.TryTake(out int second));
            Assert.Equal((2 * i, (2 * i) + 1), (first, second));
        }
        Assert.False(mailbox.TryTake(out _));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(64, 64)]
    public void A_full_mailbox_refuses_and_takes_again_once_one_value_is_gone(int asked, int capacity)
    {
        var mailbox = new Mailbox<int>(asked);
        Assert.Equal(capacity, mailbox.Capacity);
        for (int i = 0; i < capacity; i++)
        {
            Assert.True(mailbox.TryPost(i));
        }
        Assert.False(mailbox.TryPost(-1));
        Assert.True(mailbox.TryTake(out int value));
        Assert.Equal(0, value);
        Assert.True(mailbox.TryPost(capacity));
        Assert.False(mailbox.TryPost(-1));
    }

    [Fact]
    public void Several_threads_lose_and_duplicate_nothing_and_each_keeps_its_order()
    {
        const int Posters = 3, Each = 20_000;
        var mailbox = new Mailbox<(int Poster, int Number)>(8);
        Thread[] threads = [.. Enumerable.Range(0, Posters).Select(poster => new Thread(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                while (!mailbox.TryPost((poster, i)))
                {
                    Thread.Yield();
                }
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        int[] next = new int[Posters];
        while (next.Sum() < Posters * Each)
        {
            if (mailbox.TryTake(out (int Poster, int Number) value))
            {
                Assert.Equal(next[value.Poster]++, value.Number);
            }
            else
            {
                Thread.Yield();
            }
        }
        Array.ForEach(threads, thread => thread.Join());
        Assert.False(mailbox.TryTake(out _));
    }

    [Fact]
    public void A_value_that_was_taken_is_not_kept_alive()
    {
        var mailbox = new Mailbox<object>(2);
        WeakReference posted = PostAndTake(mailbox);
        GC.Collect();
        Assert.False(posted.IsAlive);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference PostAndTake(Mailbox<object> mailbox)
    {
        object value = new();
        Assert.True(mailbox.TryPost(value));
        Assert.True(mailbox.TryTake(out _));
        return new WeakReference(value);
    }

    [Fact]
    public void Posting_and_taking_allocates_nothing()
    {
        var mailbox = new Mailbox<long>(4);
        Assert.Equal(0, Allocated.InEach(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                _ = mailbox.TryPost(i) && mailbox.TryTake(out _);
            }
        }));
    }
}
