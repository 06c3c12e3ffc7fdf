namespace EdgePbx.Core.Tests;

/// <summary>What RFC 3261 wants remembered of a call that is over costs little: it is what a stream of short calls is made of.</summary>
public class MemoryScenarios
{
    [Fact]
    public void Of_a_finished_call_only_what_a_copy_needs_is_remembered()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        world.Advance(70);
        ConnectedCall.Begin(caller, callee).HangUp();
        Assert.Equal(0, world.Gauges.PacketBuffersRented);
        Assert.InRange(world.Engine.Snapshot(world.Now).Memory.MessageBytes, 300, 1000); // our ACK, the answer to the caller's BYE, a tag
        Assert.Equal((2, 2), (world.Gauges.ClientTransactions, world.Gauges.ServerTransactions));
        world.Advance(5); // timer K is over: our BYE is forgotten
        Assert.Equal((1, 2), (world.Gauges.ClientTransactions, world.Gauges.ServerTransactions));
    }

    [Fact]
    public void Of_a_registration_only_its_answer_is_remembered()
    {
        using var world = new PbxWorld();
        world.Phone("1001", 11).Register();
        Assert.Equal((1, 0), (world.Gauges.ServerTransactions, world.Gauges.PacketBuffersRented));
        Assert.InRange(world.Engine.Snapshot(world.Now).Memory.MessageBytes, 300, 600);
    }

    [Fact]
    public void The_copy_of_an_answered_request_gets_the_same_answer_from_that()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.Bye();
        string first = call.Caller.NextStatus(200).ToString();
        world.RepeatLast();
        Assert.Equal(first, call.Caller.NextStatus(200).ToString());
        call.Callee.Reply(call.Callee.NextRequest("BYE"), 200);
    }

    [Fact]
    public void A_buffer_is_hardly_larger_than_what_is_in_it()
    {
        var pool = new SipBufferPool();
        foreach ((int length, int size) in new[] { (1, 512), (512, 512), (513, 1024), (1025, 2048), (2049, 8192), (8193, SipLimits.MessageBytes) })
        {
            SipBuffer buffer = pool.Rent(length);
            Assert.Equal((size, (long)size), (buffer.Bytes.Length, pool.OutstandingBytes));
            buffer.Return();
        }
        Assert.Equal((0, 0L), (pool.Outstanding, pool.OutstandingBytes));
    }
}
