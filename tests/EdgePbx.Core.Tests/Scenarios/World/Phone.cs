using System.Security.Cryptography;
using System.Text;

namespace EdgePbx.Core.Tests;

/// <summary>A phone that does what a test says: text in, text out, and digest when it is asked for it.</summary>
internal sealed class Phone(PbxWorld world, string number, NetEndpoint at, SipTransport transport, uint connection)
{
    private int _counter;
    private string? _typed;

    public string Number => number;
    public NetEndpoint At => at;
    public SipFlow Flow => new(transport, at, new NetEndpoint(FakeAddresses.BoxV4, 5060), 0, connection);

    /// <summary>What the box sent and no test step has taken yet.</summary>
    public Queue<WireMessage> Inbox { get; } = new();

    /// <summary>What the phone does by itself with what comes; true: no test step needs to take it.</summary>
    public Func<WireMessage, bool>? Answers { get; set; }

    public string Uri => $"sip:{number}@office.example";

    /// <summary>Where the phone says that it can be reached; a test may move it.</summary>
    public string ContactUri { get; set; } = $"sip:{number}@{at}{(transport == SipTransport.Tcp ? ";transport=tcp" : "")}";

    /// <summary>As it was typed in; at first the right one.</summary>
    public string Secret { get => _typed ?? world.Settings.Extensions.Single(extension => extension.Number == number).Secret; set => _typed = value; }

    public string Allow { get; set; } = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, INFO";

    /// <summary>A Via line of a phone behind this one, which is a proxy then; empty: it is a phone.</summary>
    public string Below { get; set; } = "";

    /// <summary>What it says that it is when it registers; empty: nothing.</summary>
    public string UserAgent { get; set; } = "";

    /// <summary>What its requests may still pass; a test may have them come far already.</summary>
    public int MaxForwards { get; set; } = 70;

    private string Transport => transport == SipTransport.Udp ? "UDP" : "TCP";

    public string NewBranch() => $"z9hG4bK-{number}-{at.Port}-{at.Address}-{++_counter}".Replace(':', '.');

    public void Send(string text) => world.Deliver(this, text);

    /// <summary>The next message, which must be there.</summary>
    public WireMessage Next()
    {
        Assert.True(Inbox.TryDequeue(out WireMessage? message), $"nothing came to {number}");
        return message;
    }

    /// <summary>Takes messages until one is a response with this status; others (100, 180) are passed over.</summary>
    public WireMessage NextStatus(int status)
    {
        List<string> passed = [];
        while (Inbox.TryDequeue(out WireMessage? message))
        {
            if (message.Status == status)
            {
                return message;
            }
            passed.Add(message.ToString());
        }
        Assert.Fail($"no {status} came to {number}; instead: {string.Join(" | ", passed)}");
        return null!;
    }

    /// <summary>Takes messages until one is this request.</summary>
    public WireMessage NextRequest(string method)
    {
        List<string> passed = [];
        while (Inbox.TryDequeue(out WireMessage? message))
        {
            if (!message.IsResponse && message.Method == method)
            {
                return message;
            }
            passed.Add(message.ToString());
        }
        Assert.Fail($"no {method} came to {number}; instead: {string.Join(" | ", passed)}");
        return null!;
    }

    public bool HasRequest(string method) => Inbox.Any(message => !message.IsResponse && message.Method == method);

    /// <summary>REGISTER with digest; one binding for an hour.</summary>
    public void Register(int expires = 3600)
    {
        AskToRegister(expires);
        _ = NextStatus(200);
    }

    /// <summary>The same, and what comes of it is for the test to see.</summary>
    public void AskToRegister(int expires = 3600)
    {
        string callId = $"reg-{number}-{at}-{++_counter}";
        string Build(int cseq, string extra) => Request("REGISTER", "sip:office.example", callId, $"<{Uri}>;tag=r{_counter}", $"<{Uri}>", cseq, NewBranch(),
            $"Contact: <{ContactUri}>\r\nExpires: {expires}\r\n{(UserAgent.Length > 0 ? $"User-Agent: {UserAgent}\r\n" : "")}{extra}", "");
        Send(Build(1, ""));
        WireMessage challenge = NextStatus(401);
        Send(Build(2, Credentials(challenge, "REGISTER", "sip:office.example")));
    }

    /// <summary>A request line and the header fields that all have. <paramref name="extra"/> are whole lines.</summary>
    public string Request(
        string method, string uri, string callId, string from, string to, long cseq, string branch, string extra, string body,
        string contentType = "application/sdp")
    {
        string type = body.Length > 0 ? $"Content-Type: {contentType}\r\n" : "";
        return $"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/{Transport} {at};rport;branch={branch}\r\n{Below}Max-Forwards: {MaxForwards}\r\nFrom: {from}\r\nTo: {to}\r\n"
            + $"Call-ID: {callId}\r\nCSeq: {cseq} {method}\r\n{extra}{type}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";
    }

    /// <summary>Sends a request of which nobody knows, without a body. Returns its branch.</summary>
    public string Ask(string method, string uri, string callId, string? toTag = null, string? branch = null, string extra = "")
    {
        branch ??= NewBranch();
        Send(Request(method, uri, callId, $"<{Uri}>;tag=a", $"<{uri}>{(toTag is null ? "" : $";tag={toTag}")}", 1, branch, extra, ""));
        return branch;
    }

    /// <summary>Authorization for the SHA-256 challenge of a 401 (RFC 7616), as a whole line.</summary>
    public string Credentials(WireMessage challenge, string method, string uri, string algorithm = "SHA-256")
    {
        string offered = challenge.All("WWW-Authenticate").First(value => value.Contains(algorithm, StringComparison.Ordinal));
        string nonce = Quoted(offered, "nonce");
        string realm = Quoted(offered, "realm");
        string Hash(string text) => algorithm == "MD5"
            ? Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)))
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        string response = Hash($"{Hash($"{number}:{realm}:{Secret}")}:{nonce}:00000001:c{_counter}:auth:{Hash($"{method}:{uri}")}");
        return $"Authorization: Digest username=\"{number}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{uri}\", algorithm={algorithm}, "
            + $"qop=auth, nc=00000001, cnonce=\"c{_counter}\", response=\"{response}\"\r\n";
    }

    /// <summary>A session description with one audio line at this phone.</summary>
    public string Sdp(int port = 40000, int version = 1, string direction = "sendrecv", string formats = "0 8 101") =>
        $"v=0\r\no=- 77 {version} IN IP4 {at.Address}\r\ns=-\r\nc=IN {(at.Address.IsV6 ? "IP6" : "IP4")} {at.Address}\r\nt=0 0\r\nm=audio {port} RTP/AVP {formats}\r\n"
        + $"a=rtpmap:101 telephone-event/8000\r\na={direction}\r\n";

    /// <summary>Sends an INVITE and, after the challenge, the same with credentials. The dialog is in its first state.</summary>
    public PhoneDialog Invite(string callee, string? sdp = null, string extra = "", string? callId = null, string? tag = null, uint cseq = 1)
    {
        var dialog = new PhoneDialog(this, isCaller: true)
        {
            CallId = callId ?? $"call-{number}-{at.Port}-{++_counter}",
            LocalAddress = $"<{Uri}>;tag={tag ?? $"f{number}{++_counter}"}",
            RemoteAddress = $"<sip:{callee}@office.example>",
            Target = $"sip:{callee}@office.example",
            CSeq = cseq,
        };
        dialog.Sdp = sdp ?? Sdp();
        dialog.SendInvite(extra);
        WireMessage challenge = NextStatus(401);
        dialog.SendAckToFailure(challenge);
        dialog.CSeq++;
        dialog.SendInvite(extra + Credentials(challenge, "INVITE", dialog.Target));
        return dialog;
    }

    /// <summary>Takes an INVITE that came; nothing is answered yet.</summary>
    public PhoneDialog Take() => PhoneDialog.FromInvite(this, NextRequest("INVITE"));

    /// <summary>Sends a response.</summary>
    public void Reply(WireMessage request, int status, string? toTag = null, string extra = "", string body = "", string contentType = "application/sdp") =>
        Send(Response(request, status, toTag, extra, body, contentType));

    /// <summary>A response with all that it copies. <paramref name="extra"/> are whole lines.</summary>
    public string Response(WireMessage request, int status, string? toTag = null, string extra = "", string body = "", string contentType = "application/sdp")
    {
        string to = request["To"] + (request.ToTag.Length == 0 && toTag is not null ? $";tag={toTag}" : "");
        string vias = string.Concat(request.All("Via").Select(via => $"Via: {via}\r\n"))
            + string.Concat(request.All("Record-Route").Select(route => $"Record-Route: {route}\r\n"));
        string type = body.Length > 0 ? $"Content-Type: {contentType}\r\n" : "";
        return $"SIP/2.0 {status} Whatever\r\n{vias}From: {request["From"]}\r\nTo: {to}\r\nCall-ID: {request["Call-ID"]}\r\nCSeq: {request["CSeq"]}\r\n"
            + $"Contact: <{ContactUri}>\r\nAllow: {Allow}\r\n{extra}{type}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";
    }

    private static string Quoted(string value, string name)
    {
        int start = value.IndexOf($"{name}=\"", StringComparison.Ordinal) + name.Length + 2;
        return value[start..value.IndexOf('"', start)];
    }
}
