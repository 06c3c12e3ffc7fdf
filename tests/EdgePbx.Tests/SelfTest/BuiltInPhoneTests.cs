using System.Text;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>The phones of the self-test against a server of the test's own words: what a call on a slow machine brings.</summary>
public sealed class BuiltInPhoneTests : IDisposable
{
    private const string Challenge = "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=";

    private readonly PollSet _poll = new(3);
    private readonly Queue<string> _arrived = new();
    private readonly PhoneSocket _server;
    private readonly BuiltInPhone _phone;

    public BuiltInPhoneTests()
    {
        _server = new PhoneSocket(_poll, 4096, (bytes, length) => _arrived.Enqueue(Encoding.UTF8.GetString(bytes, 0, length)));
        _phone = new BuiltInPhone(_poll, new ExtensionSettings("101", "Test", "secret"), _server.Local, new NetEndpoint(NetAddress.LoopbackV4, 9));
    }

    public void Dispose()
    {
        _phone.Dispose();
        _server.Dispose();
    }

    [Fact]
    public void A_copy_of_an_INVITE_rings_once_and_gets_the_same_answer()
    {
        Send(Invite());
        string ringing = Next();
        Send(Invite());

        Assert.StartsWith("SIP/2.0 180 ", ringing, StringComparison.Ordinal);
        Assert.Equal(ringing, Next());
        _phone.Answer();
        string answer = Next();
        Send(Invite());
        Assert.StartsWith("SIP/2.0 200 ", answer, StringComparison.Ordinal);
        Assert.Contains("Session-Expires: 90;refresher=uac\r\n", answer, StringComparison.Ordinal);
        Assert.Equal(answer, Next());
    }

    [Fact]
    public void A_copy_of_the_200_gets_the_same_ACK()
    {
        _phone.Dial("102");
        string ok = Reply(Next(), "200 OK", "Contact: <sip:box@127.0.0.1:5060>\r\n");
        Send(ok);
        string ack = Next();
        Send(ok);

        Assert.StartsWith("ACK sip:box@127.0.0.1:5060 ", ack, StringComparison.Ordinal);
        Assert.Equal(ack, Next());
    }

    [Fact]
    public void A_refused_INVITE_is_acknowledged_and_remembered()
    {
        _phone.Dial("102");
        string invite = Next();
        Send(Reply(invite, "486 Busy Here", ""));

        string ack = Next();
        Assert.StartsWith("ACK sip:102@", ack, StringComparison.Ordinal);
        Assert.Equal(Line(invite, "Via"), Line(ack, "Via"));
        Assert.Equal("486 Busy Here", _phone.Refusal);
    }

    [Fact]
    public void Credentials_go_with_SHA_256_and_are_not_tried_twice()
    {
        _phone.Register();
        Send(Reply(Next(), "401 Unauthorized", $"{Challenge}MD5\r\n{Challenge}SHA-256\r\n"));
        string second = Next();
        Send(Reply(second, "401 Unauthorized", $"{Challenge}SHA-256\r\n"));

        Assert.Contains("algorithm=SHA-256", Line(second, "Authorization"), StringComparison.Ordinal);
        WaitFor(() => _phone.Registration != PhoneState.Asking);
        Assert.Equal((PhoneState.Refused, "401 Unauthorized"), (_phone.Registration, _phone.Refusal));
    }

    [Fact]
    public void A_challenge_without_SHA_256_is_a_refusal()
    {
        _phone.Register();
        Send(Reply(Next(), "401 Unauthorized", $"{Challenge}MD5\r\n"));

        WaitFor(() => _phone.Registration != PhoneState.Asking);
        Assert.Equal(PhoneState.Refused, _phone.Registration);
    }

    [Fact]
    public void What_belongs_to_no_call_is_refused_and_what_is_no_message_is_passed_over()
    {
        Send("\0\0\0\0");
        Send(Reply(Invite(), "200 OK", ""));
        Send(Invite().Replace("INVITE", "BYE", StringComparison.Ordinal));

        Assert.StartsWith("SIP/2.0 481 ", Next(), StringComparison.Ordinal);
        Send(Invite().Replace("INVITE", "UPDATE", StringComparison.Ordinal));
        Assert.StartsWith("SIP/2.0 501 ", Next(), StringComparison.Ordinal);
    }

    private string Invite() =>
        $"INVITE sip:101@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {_server.Local};branch=z9hG4bK1\r\nMax-Forwards: 70\r\n"
        + $"From: <sip:102@box>;tag=f\r\nTo: <sip:101@box>\r\nCall-ID: c1\r\nCSeq: 1 INVITE\r\nContact: <sip:102@{_server.Local}>\r\n"
        + "Supported: timer\r\nSession-Expires: 90\r\nContent-Length: 0\r\n\r\n";

    private static string Reply(string request, string status, string extra) =>
        $"SIP/2.0 {status}\r\n{Line(request, "Via")}\r\n{Line(request, "From")}\r\n{Line(request, "To")};tag=box\r\n"
        + $"{Line(request, "Call-ID")}\r\n{Line(request, "CSeq")}\r\n{extra}Content-Length: 0\r\n\r\n";

    private static string Line(string message, string name) =>
        message.Split("\r\n").Single(line => line.StartsWith($"{name}: ", StringComparison.Ordinal));

    private void Send(string message) => _server.Send(Encoding.UTF8.GetBytes(message), _phone.Local);

    private string Next()
    {
        WaitFor(() => _arrived.Count > 0);
        return _arrived.Dequeue();
    }

    private void WaitFor(Func<bool> isSo)
    {
        Instant until = MonotonicClock.Now + TimeSpan.FromSeconds(10);
        while (!isSo())
        {
            Assert.True(MonotonicClock.Now < until, "it does not come");
            _poll.Wait(until - MonotonicClock.Now);
            _poll.Dispatch(MonotonicClock.Now);
        }
    }
}
