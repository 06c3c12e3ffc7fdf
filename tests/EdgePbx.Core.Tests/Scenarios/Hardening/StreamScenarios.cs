using System.Text;

namespace EdgePbx.Core.Tests;

/// <summary>Where messages go when a stream ends, a phone wants another transport, or somebody else sends a phone's words (RFC 3261 18, RFC 5923).</summary>
public class StreamScenarios
{
    private static readonly NetEndpoint Listening = new(NetAddress.FromV4(192, 0, 2, 12), 5060);

    [Theory]
    [Trait("Clause", "C-38")]
    [InlineData(false)]
    [InlineData(true)]
    public void When_a_stream_ends_during_a_call_the_next_request_opens_one_to_the_contact(bool phoneReopens)
    {
        using var world = new PbxWorld();
        Phone caller = world.Phone("1001", 11);
        Phone callee = StreamPhone(world, 50123);
        caller.Register();
        callee.Register();
        ConnectedCall call = ConnectedCall.Begin(caller, callee);
        Assert.Equal(callee.Flow.Connection, world.LastFlowTo(callee.At).Connection);
        world.CloseStream(callee);
        Phone reached = StreamPhone(world, 5060);
        if (phoneReopens)
        {
            call.B.RemoteAddress = call.B.Invitation!["From"];
            reached = StreamPhone(world, 50124);
            reached.Send(reached.Request("UPDATE", call.B.Target, call.B.CallId, call.B.LocalAddress, call.B.RemoteAddress, 101, reached.NewBranch(), $"Contact: <{reached.ContactUri}>\r\n", ""));
            _ = reached.NextStatus(200);
        }
        call.A.Bye();
        _ = reached.Takes("BYE");
        SipFlow flow = world.LastFlowTo(phoneReopens ? reached.At : Listening);
        Assert.Equal((SipTransport.Tcp, phoneReopens ? reached.Flow.Connection : 0u), (flow.Transport, flow.Connection));
        Assert.Empty(callee.Inbox);
    }

    [Fact]
    [Trait("Clause", "C-38")]
    public void When_it_ends_while_the_phone_rings_its_early_dialog_is_reached_at_the_contact_too()
    {
        using var world = new PbxWorld();
        Phone caller = world.Phone("1001", 11);
        Phone callee = StreamPhone(world, 50123);
        caller.Register();
        callee.Register();
        PhoneDialog a = caller.Invite("1002", extra: "Supported: 100rel\r\n");
        PhoneDialog b = callee.Take();
        b.Ring();
        world.CloseStream(callee);
        Phone reopened = StreamPhone(world, 5060);
        a.Learn(caller.NextStatus(180));
        a.Send("INFO", body: "x");
        _ = reopened.Takes("INFO");
        Assert.Equal(0u, world.LastFlowTo(Listening).Connection);
        _ = caller.NextStatus(200);
        reopened.Reply(b.Invitation!, 486, b.LocalTag);
        Assert.Equal(486, caller.NextStatus(486).Status);
    }

    [Fact]
    [Trait("Clause", "C-38")]
    public void Another_phones_stream_that_ends_changes_nothing()
    {
        using var world = new PbxWorld();
        Phone caller = world.Phone("1001", 11, SipTransport.Tcp);
        Phone callee = StreamPhone(world, 50123);
        caller.Register();
        callee.Register();
        ConnectedCall call = ConnectedCall.Begin(caller, callee);
        world.CloseStream(caller);
        call.A.Bye();
        _ = callee.Takes("BYE");
        Assert.Equal(callee.Flow.Connection, world.LastFlowTo(callee.At).Connection);
    }

    [Fact]
    [Trait("Clause", "C-36")]
    public void A_phone_that_registers_over_UDP_for_TCP_is_called_over_TCP()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = RegisteredForStreams(world);
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        SipFlow first = world.LastFlowTo(callee.At);
        Assert.Equal((SipTransport.Tcp, 0u), (first.Transport, first.Connection));
        Assert.StartsWith("SIP/2.0/TCP 192.0.2.1:5060;", b.Invitation!["Via"], StringComparison.Ordinal);
        Assert.Equal("<sip:1001@192.0.2.1:5060;transport=tcp>", b.Invitation["Contact"]);
        b.Accept();
        Assert.StartsWith("SIP/2.0/TCP ", callee.NextRequest("ACK")["Via"], StringComparison.Ordinal);
        _ = a.Answered();
        a.Bye();
        Assert.StartsWith("SIP/2.0/TCP ", callee.Takes("BYE")["Via"], StringComparison.Ordinal);
        Assert.Equal(callee.Flow.Connection, world.LastFlowTo(callee.At).Connection);
    }

    [Fact]
    [Trait("Clause", "C-36")]
    public void If_it_has_no_TCP_after_all_the_call_ends_at_once()
    {
        using var world = new PbxWorld();
        (Phone caller, _) = RegisteredForStreams(world);
        world.Fails = static (transport, _) => transport == SipTransport.Tcp;
        PhoneDialog a = caller.Invite("1002");
        a.SendAckToFailure(caller.NextStatus(500));
        Assert.Equal(0, world.Gauges.Calls);
    }

    [Theory]
    [Trait("Clause", "C-03")]
    [InlineData(66, 5060, false)]
    [InlineData(11, 1024, true)]
    public void A_copy_from_elsewhere_does_not_redirect_the_answers_and_one_from_another_port_does(byte host, ushort port, bool isFollowed)
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Ring();
        Phone other = world.Phone("1001", host, port: port);
        caller.Inbox.Clear();
        world.Deliver(other.Flow, Encoding.UTF8.GetBytes(a.LastInvite));
        b.Accept();
        _ = callee.NextRequest("ACK");
        Phone answered = isFollowed ? other : caller;
        Assert.Empty((isFollowed ? caller : other).Inbox);
        Assert.Contains(answered.Inbox, message => message.Status == 180); // the copy's own answer
        a.Learn(answered.NextStatus(200));
        a.Ack();
        a.Bye();
        _ = caller.NextStatus(200);
        _ = callee.Takes("BYE");
    }

    [Fact]
    [Trait("Clause", "C-03")]
    public void So_it_is_with_a_copy_of_a_request_that_is_no_invite()
    {
        using var world = new PbxWorld();
        ConnectedCall call = ConnectedCall.Begin(world);
        call.A.CSeq++;
        string info = call.Caller.Request("INFO", call.A.Target, call.A.CallId, call.A.LocalAddress, call.A.RemoteAddress, call.A.CSeq, call.Caller.NewBranch(), "", "x");
        call.Caller.Send(info);
        Phone stranger = world.Phone("1001", 66);
        world.Deliver(stranger.Flow, Encoding.UTF8.GetBytes(info));
        _ = call.Callee.Takes("INFO");
        _ = call.Caller.NextStatus(200);
        world.Deliver(stranger.Flow, Encoding.UTF8.GetBytes(info));
        _ = call.Caller.NextStatus(200);
        Assert.Empty(stranger.Inbox);
        call.HangUp();
    }

    private static Phone StreamPhone(PbxWorld world, ushort port)
    {
        Phone phone = world.Phone("1002", 12, SipTransport.Tcp, port);
        phone.ContactUri = $"sip:1002@{Listening};transport=tcp";
        return phone;
    }

    private static (Phone Caller, Phone Callee) RegisteredForStreams(PbxWorld world)
    {
        Phone caller = world.Phone("1001", 11);
        Phone registering = world.Phone("1002", 12);
        registering.ContactUri = $"sip:1002@{Listening};transport=tcp";
        caller.Register();
        registering.Register();
        return (caller, StreamPhone(world, 5060));
    }
}
