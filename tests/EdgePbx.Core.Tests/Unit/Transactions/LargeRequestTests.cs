namespace EdgePbx.Core.Tests;

/// <summary>Requests that are too long for UDP (RFC 3261 18.1.1).</summary>
[Trait("Clause", "C-41")]
public class LargeRequestTests
{
    private static readonly SipFlow Udp = new(SipTransport.Udp, TransactionBench.Peer, TransactionBench.Box, 3, 0);

    [Fact]
    public void Up_to_1300_bytes_it_goes_over_udp()
    {
        using var bench = new TransactionBench();
        _ = Send(bench, OfLength(1300), null);
        Assert.Equal(Udp, bench.Sent[0].Flow);
        Assert.StartsWith("SIP/2.0/UDP ", bench.Sent[0].Message["Via"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_longer_one_goes_over_tcp_and_its_via_says_so()
    {
        using var bench = new TransactionBench();
        var user = new TransactionNotebook(bench);
        _ = Send(bench, OfLength(1301), user);
        (double _, SipFlow flow, WireMessage message) = Assert.Single(bench.Sent);
        Assert.Equal((SipTransport.Tcp, TransactionBench.Peer, 0u), (flow.Transport, flow.Remote, flow.Connection));
        Assert.StartsWith("SIP/2.0/TCP ", message["Via"], StringComparison.Ordinal);
        Assert.Equal(1301, message.Text.Length);
        bench.Advance(60);
        Assert.Equal("failed 408 at 32", user.Told[0]);
    }

    [Theory, Trait("Clause", "BUG-29")]
    [InlineData("INVITE")]
    [InlineData("INFO")]
    [InlineData("UPDATE")]
    public void A_peer_whose_tcp_accepts_and_never_answers_gets_it_over_udp_after_some_seconds_and_then_at_once(string method)
    {
        using var bench = new TransactionBench();
        var user = new TransactionNotebook(bench);
        _ = Send(bench, OfLength(1400, method: method), user);
        bench.Advance(2.9);
        Assert.Equal(SipTransport.Tcp, Assert.Single(bench.Sent).Flow.Transport);
        bench.Advance(0.2);
        Assert.Equal(Udp, bench.Sent[1].Flow);
        Assert.StartsWith("SIP/2.0/UDP ", bench.Sent[1].Message["Via"], StringComparison.Ordinal);
        Assert.Equal(bench.Sent[0].Message.Branch, bench.Sent[1].Message.Branch);
        bench.Advance(0.5);
        Assert.Equal(3, bench.Sent.Count); // and it is repeated there
        Assert.True(bench.Answer(TransactionBench.Response(bench.Sent[1].Message, 486)));
        Assert.Single(user.Told, told => told.StartsWith("486", StringComparison.Ordinal) || told.Contains("486", StringComparison.Ordinal));
        bench.Advance(3600);
        _ = Send(bench, OfLength(1400, "z9hG4bK-2", method), null);
        Assert.Equal(SipTransport.Udp, bench.Sent[^1].Flow.Transport);
        _ = bench.Answer(TransactionBench.Response(bench.Sent[^1].Message, 486));
    }

    [Theory, Trait("Clause", "BUG-29")]
    [InlineData("INVITE", 100)]
    [InlineData("INVITE", 180)]
    [InlineData("INFO", 100)]
    public void A_peer_that_has_said_anything_over_tcp_is_waited_for_there(string method, int status)
    {
        using var bench = new TransactionBench();
        _ = Send(bench, OfLength(1400, method: method), null);
        bench.Advance(1);
        _ = bench.Answer(TransactionBench.Response(bench.Sent[0].Message, status));
        bench.Advance(20);
        Assert.Single(bench.Sent);
        _ = bench.Answer(TransactionBench.Response(bench.Sent[0].Message, 486));
        _ = Send(bench, OfLength(1400, "z9hG4bK-2"), null);
        Assert.Equal(SipTransport.Tcp, bench.Sent[^1].Flow.Transport);
    }

    [Fact]
    public void A_peer_without_tcp_gets_it_over_udp_and_is_remembered_for_a_while()
    {
        using var bench = new TransactionBench();
        var user = new TransactionNotebook(bench);
        bench.Fail(Send(bench, OfLength(1400), user));
        Assert.Empty(user.Told);
        Assert.Equal(Udp, bench.Sent[1].Flow);
        Assert.StartsWith("SIP/2.0/UDP ", bench.Sent[1].Message["Via"], StringComparison.Ordinal);
        Assert.Equal(bench.Sent[0].Message.Branch, bench.Sent[1].Message.Branch);
        bench.Advance(0.5);
        Assert.Equal(3, bench.Sent.Count);
        Assert.True(bench.Answer(TransactionBench.Response(bench.Sent[1].Message, 486)));
        bench.Advance(500);
        _ = Send(bench, OfLength(1400, "z9hG4bK-2"), null);
        Assert.Equal(SipTransport.Udp, bench.Sent[^1].Flow.Transport);
        bench.Advance(150);
        _ = Send(bench, OfLength(1400, "z9hG4bK-3"), null);
        Assert.Equal(SipTransport.Tcp, bench.Sent[^1].Flow.Transport);
    }

    [Fact]
    public void When_udp_fails_as_well_the_user_hears_503()
    {
        using var bench = new TransactionBench();
        var user = new TransactionNotebook(bench);
        ClientTransaction sent = Send(bench, OfLength(1400), user)!;
        bench.Fail(sent);
        bench.Fail(sent);
        Assert.Equal(["failed 503 at 0", "ended at 0"], user.Told);
    }

    [Theory]
    [InlineData(180)]
    [InlineData(486)]
    public void A_peer_that_has_answered_over_tcp_is_not_asked_again_over_udp(int status)
    {
        using var bench = new TransactionBench();
        ClientTransaction sent = Send(bench, OfLength(1400), null)!;
        _ = bench.Answer(TransactionBench.Response(bench.Sent[0].Message, status));
        bench.Fail(sent);
        Assert.Equal(1, bench.Sent.Count(message => message.Message.Method == "INVITE"));
        _ = Send(bench, OfLength(1400, "z9hG4bK-2"), null);
        Assert.Equal(SipTransport.Tcp, bench.Sent[^1].Flow.Transport);
        _ = bench.Answer(TransactionBench.Response(bench.Sent[0].Message, 487));
    }

    [Fact]
    public void The_ack_to_its_refusal_goes_the_same_way()
    {
        using var bench = new TransactionBench();
        _ = Send(bench, OfLength(1400), null);
        _ = bench.Answer(TransactionBench.Response(bench.Sent[0].Message, 486));
        Assert.Equal(("ACK", SipTransport.Tcp), (bench.Sent[1].Message.Method, bench.Sent[1].Flow.Transport));
        Assert.StartsWith("SIP/2.0/TCP ", bench.Sent[1].Message["Via"], StringComparison.Ordinal);
    }

    private static ClientTransaction Send(TransactionBench bench, string text, IClientTransactionUser? user)
    {
        SipMessage request = bench.Parse(text);
        Assert.True(request.TryGetTopVia(out Via via));
        ClientTransaction sent = bench.Layer.Send(bench.Now, bench.Buffers.RentCopy(request.Bytes), request.Method, via.Branch, Udp, user)!;
        bench.Drain();
        return sent;
    }

    private static string OfLength(int bytes, string branch = "z9hG4bK-1", string method = "INVITE")
    {
        string text = TransactionBench.Invite(branch, body: new string('x', 1000));
        return TransactionBench.Invite(branch, body: new string('x', 1000 + bytes - text.Length)).Replace("INVITE", method, StringComparison.Ordinal);
    }
}
