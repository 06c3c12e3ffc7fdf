using CsCheck;

namespace EdgePbx.Tests;

public class QueueTests
{
    [Fact]
    public void What_goes_into_a_send_queue_comes_out_in_order_whatever_the_portions() =>
        Gen.Select(Gen.Byte.Array[1, 5000], Gen.Int[1, 6000]).List[1, 60].Sample(steps =>
        {
            var queue = new SendQueue();
            List<byte> expected = [];
            List<byte> sent = [];
            foreach ((byte[] bytes, int portion) in steps)
            {
                Assert.True(queue.TryAppend(bytes, ticket: 0));
                expected.AddRange(bytes);
                int count = Math.Min(portion, queue.Pending.Length);
                sent.AddRange(queue.Pending[..count]);
                queue.Advance(count);
            }
            sent.AddRange(queue.Pending);
            Assert.Equal(expected, sent);
            queue.Free();
        });

    [Fact]
    public void A_send_queue_refuses_what_would_pass_its_limit_and_keeps_the_rest()
    {
        var queue = new SendQueue();

        Assert.True(queue.TryAppend(new byte[SendQueue.Limit], ticket: 1));
        Assert.False(queue.TryAppend(new byte[1], ticket: 2));

        Assert.Equal(SendQueue.Limit, queue.Pending.Length);
        queue.Advance(1);
        Assert.True(queue.TryAppend(new byte[1], ticket: 3));
        queue.Free();
    }

    [Fact]
    public void Tickets_are_unsent_until_the_last_byte_has_gone()
    {
        var queue = new SendQueue();
        _ = queue.TryAppend(new byte[10], ticket: 1);
        _ = queue.TryAppend(new byte[10], ticket: 2);
        _ = queue.TryAppend(new byte[10], ticket: 0);
        _ = queue.TryAppend(new byte[10], ticket: 3);

        queue.Advance(19);

        Assert.True(queue.TryTakeUnsent(out uint first));
        Assert.True(queue.TryTakeUnsent(out uint second));
        Assert.False(queue.TryTakeUnsent(out _));
        Assert.Equal((2u, 3u), (first, second));
    }

    [Fact]
    public void What_is_filled_into_a_receive_buffer_is_what_is_buffered() =>
        Gen.Select(Gen.Byte.Array[1, 3000], Gen.Int[0, 4000]).List[1, 40].Sample(steps =>
        {
            var buffer = new ReceiveBuffer();
            List<byte> expected = [];
            foreach ((byte[] bytes, int consumed) in steps)
            {
                int filled = 0;
                while (filled < bytes.Length)
                {
                    Span<byte> room = buffer.Room();
                    int count = Math.Min(room.Length, bytes.Length - filled);
                    bytes.AsSpan(filled, count).CopyTo(room);
                    buffer.Fill(count);
                    filled += count;
                }
                expected.AddRange(bytes);
                int taken = Math.Min(consumed, expected.Count);
                buffer.Consume(taken);
                expected.RemoveRange(0, taken);
                if (expected.Count > 40_000)
                {
                    buffer.Consume(expected.Count);
                    expected.Clear();
                }
                Assert.Equal(expected, buffer.Buffered.ToArray());
            }
            buffer.Free();
        });
}
