using System.Text.Json;

namespace EdgePbx.Tests;

public class RecordQueueTests
{
    [Fact]
    public void Records_come_out_in_order_and_a_full_queue_takes_no_more()
    {
        var queue = new RecordQueue(capacity: 2);
        var records = new Line[3];
        for (int i = 0; i < records.Length; i++)
        {
            records[i] = new Line();
            Assert.Equal(i < 2, queue.TryAdd(records[i]));
        }
        Assert.Equal(2, queue.Count);

        Assert.True(queue.TryTake(out IRecordLine? first));
        Assert.Same(records[0], first);
        Assert.True(queue.TryAdd(records[2]));
        Assert.True(queue.TryTake(out IRecordLine? second));
        Assert.Same(records[1], second);
        Assert.Equal(1, queue.Count);
    }

    [Fact]
    public void What_waits_at_the_end_is_still_taken()
    {
        var queue = new RecordQueue(capacity: 2);
        Assert.True(queue.TryAdd(new Line()));
        queue.Complete();

        Assert.False(queue.TryAdd(new Line()));
        Assert.True(queue.TryTake(out IRecordLine? last));
        Assert.NotNull(last);
        Assert.False(queue.TryTake(out IRecordLine? none));
        Assert.Null(none);
    }

    [Fact]
    public void Who_is_woken_comes_round_once_without_a_record()
    {
        var queue = new RecordQueue(capacity: 2);
        queue.Wake();

        Assert.True(queue.TryTake(out IRecordLine? nothing));
        Assert.Null(nothing);
        queue.Complete();
        Assert.False(queue.TryTake(out _));
    }

    private sealed class Line : IRecordLine
    {
        public void WriteTo(Utf8JsonWriter json) => json.WriteNullValue();
    }
}
