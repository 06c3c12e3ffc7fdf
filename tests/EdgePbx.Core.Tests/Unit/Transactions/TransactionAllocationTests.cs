namespace EdgePbx.Core.Tests;

/// <summary>After warm-up a step of a transaction allocates nothing.</summary>
public class TransactionAllocationTests
{
    [Fact]
    public void The_tables_allocate_nothing() => AllocatesNothing(static () =>
    {
        _ = InviteClientTable.Step(InviteClientTable.State.Calling, InviteClientTable.Input.Failure);
        _ = InviteServerTable.Step(InviteServerTable.State.Completed, InviteServerTable.Input.TimerG);
        _ = NonInviteClientTable.Step(NonInviteClientTable.State.Trying, NonInviteClientTable.Input.TimerE);
        _ = NonInviteServerTable.Step(NonInviteServerTable.State.Completed, NonInviteServerTable.Input.Request);
    });

    [Fact]
    public void A_copy_of_a_request_is_matched_and_answered_again_without_allocating()
    {
        using var bench = new TransactionBench();
        ServerTransaction invite = bench.Accept(TransactionBench.Invite(), SipTransport.Udp);
        bench.Respond(invite, 180);
        SipMessage copy = bench.Parse(TransactionBench.Invite());
        SipFlow flow = TransactionBench.Flow(SipTransport.Udp);
        AllocatesNothing(() =>
        {
            bench.Layer.Match(copy)!.OnRetransmission(bench.Now, flow);
            Discard(bench);
        });
        bench.Respond(invite, 486);
    }

    [Fact]
    public void A_response_is_matched_and_handled_without_allocating()
    {
        using var bench = new TransactionBench();
        ClientTransaction sent = bench.Send(TransactionBench.Invite(), SipTransport.Udp, user: null);
        SipMessage response = bench.Parse(TransactionBench.Response(bench.Sent[0].Message, 180));
        SipFlow flow = TransactionBench.Flow(SipTransport.Udp);
        AllocatesNothing(() => bench.Layer.TryReceiveResponse(bench.Now, response, flow));
        sent.Terminate(bench.Now);
    }

    [Fact]
    public void The_copy_of_a_refusal_is_acknowledged_without_allocating()
    {
        using var bench = new TransactionBench();
        _ = bench.Send(TransactionBench.Invite(), SipTransport.Udp, user: null);
        SipMessage response = bench.Parse(TransactionBench.Response(bench.Sent[0].Message, 486));
        SipFlow flow = TransactionBench.Flow(SipTransport.Udp);
        AllocatesNothing(() =>
        {
            _ = bench.Layer.TryReceiveResponse(bench.Now, response, flow);
            Discard(bench);
        });
    }

    [Theory]
    [InlineData("INVITE")]
    [InlineData("OPTIONS")]
    public void A_timer_fires_sends_again_and_is_armed_again_without_allocating(string method)
    {
        using var bench = new TransactionBench();
        ClientTransaction sent = bench.Send(TransactionBench.Invite(method: method), SipTransport.Udp, user: null);
        AllocatesNothing(() =>
        {
            sent.Start(bench.Now); // starts the intervals anew, so that one transaction serves for all rounds
            bench.Timers.FireDue(bench.Timers.NextDue);
            Discard(bench);
        });
    }

    private static void Discard(TransactionBench bench)
    {
        while (bench.Outbox.TryTake(out Output output))
        {
            output.Message!.Return();
        }
    }

    private static void AllocatesNothing(Action step) => Assert.Equal(0, Allocated.InEach(() =>
    {
        for (int i = 0; i < 100; i++)
        {
            step(); // the first round lets the queues grow to their size
        }
    }));
}
