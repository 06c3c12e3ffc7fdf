namespace EdgePbx.Core.Tests;

/// <summary>
/// A phone that keeps all the rules by itself: it says again what is not answered, answers what it is asked, acknowledges what must be
/// acknowledged, and gives up after 64*T1 (RFC 3261 17, 13.3.1.4; RFC 3262 3). When to call, to pick up, to hang up, a story says.
/// </summary>
internal sealed class SteadyPhone(PbxWorld world, Phone phone, bool isReliable)
{
    private readonly List<Saying> _said = [];
    private readonly Dictionary<string, string> _answered = []; // by branch and method, for copies
    private int _version = 1;
    private int _number;

    /// <summary>Its one call; null before it.</summary>
    public PhoneLine? Line { get; private set; }

    /// <summary>The 2xx that it gave to INVITEs, as their ACK must name them: Call-ID and number.</summary>
    public List<(string CallId, uint CSeq)> Accepted { get; } = [];

    public Phone Phone => phone;
    public bool IsRegistered { get; private set; }

    public void Register(string? credentials = null)
    {
        string callId = $"steady-{phone.Number}";
        string text = phone.Request("REGISTER", "sip:office.example", callId, $"<{phone.Uri}>;tag=r", $"<{phone.Uri}>", ++_number, phone.NewBranch(),
            $"Contact: \"Desk, {phone.Number}\" <{phone.ContactUri}>;+sip.instance=\"<urn:uuid:{phone.Number}>\"\r\nExpires: 3600\r\n{credentials}", "");
        Say(text);
    }

    public void Dial(string number, bool isLateOffer)
    {
        Line = new PhoneLine(new PhoneDialog(phone, isCaller: true)
        {
            CallId = $"steady-call-{phone.Number}",
            LocalAddress = $"\"Lee, Ann\" <{phone.Uri}>;tag=f{phone.Number}",
            RemoteAddress = $"<sip:{number}@office.example>",
            Target = $"sip:{number}@office.example",
            CSeq = 1,
            Sdp = isLateOffer ? "" : phone.Sdp(),
        });
        Invite();
    }

    /// <summary>200 to the INVITE that rings.</summary>
    public void PickUp()
    {
        if (Line is { Ringing: { } invite } line)
        {
            line.Ringing = null;
            Accept(line, invite, isInitial: true);
        }
    }

    public void Change(string method, string direction)
    {
        if (Line is { IsUp: true, IsOver: false } line)
        {
            line.Dialog.Sdp = phone.Sdp(line.Dialog.IsCaller ? 40000 : 41000, ++_version, direction);
            Ask(line, method, line.Dialog.Sdp);
        }
    }

    public void Info()
    {
        if (Line is { IsUp: true, IsOver: false } line)
        {
            Ask(line, "INFO", "Signal=5\r\n");
        }
    }

    /// <summary>BYE, CANCEL or a refusal, whatever the state asks for.</summary>
    public void HangUp()
    {
        if (Line is not { IsOver: false } line)
        {
            return;
        }
        if (line.IsUp || line.HasAccepted)
        {
            line.IsOver = true;
            Ask(line, "BYE", "");
        }
        else if (line.Ringing is { } invite)
        {
            line.IsOver = true;
            Answer(invite, 603, line.Dialog.LocalTag, untilAck: true);
        }
        else if (line.Dialog.IsCaller && line.HasRung)
        {
            Say(phone.Request("CANCEL", line.Dialog.Target, line.Dialog.CallId, line.Dialog.LocalAddress, line.First, line.Dialog.CSeq, line.Branch, "", ""));
        }
    }

    /// <summary>Hears what has come, and says again what is due.</summary>
    public void Turn()
    {
        while (phone.Inbox.TryDequeue(out WireMessage? message))
        {
            if (message.IsResponse)
            {
                Hear(message);
            }
            else
            {
                Serve(message);
            }
        }
        foreach (Saying saying in _said.Where(saying => saying.Next <= world.Now).ToArray())
        {
            if (saying.Until <= world.Now)
            {
                GiveUp(saying);
                continue;
            }
            saying.Interval = saying.Interval * 2 > SipTimers.T2 ? SipTimers.T2 : saying.Interval * 2;
            saying.Next = world.Now + saying.Interval;
            if (saying.IsRepeated)
            {
                phone.Send(saying.Text);
            }
        }
    }

    private void GiveUp(Saying saying)
    {
        _ = _said.Remove(saying);
        if (Line is not { IsOver: false } line)
        {
            return;
        }
        if (saying.Kind is "INVITE 200")
        {
            line.IsOver = true;
            Ask(line, "BYE", ""); // nobody acknowledges: it hangs up (RFC 3261 13.3.1.4)
        }
        else if (saying.Kind is "INVITE 183")
        {
            line.IsOver = true;
            Answer(line.Ringing!, 500, line.Dialog.LocalTag, untilAck: true);
        }
        else if (saying.Kind == "INVITE" && !line.IsUp)
        {
            line.IsOver = true;
        }
    }

    private void Invite(string credentials = "")
    {
        PhoneLine line = Line!;
        line.Branch = phone.NewBranch();
        line.First = $"<{line.Dialog.Target}>";
        Say(phone.Request("INVITE", line.Dialog.Target, line.Dialog.CallId, line.Dialog.LocalAddress, line.First, line.Dialog.CSeq, line.Branch,
            $"Contact: <{phone.ContactUri}>\r\nAllow: {phone.Allow}\r\n{(isReliable ? "Supported: 100rel, timer\r\n" : "")}{credentials}", line.Dialog.Sdp));
    }

    private void Ask(PhoneLine line, string method, string body)
    {
        PhoneDialog dialog = line.Dialog;
        dialog.CSeq++;
        string type = method == "INFO" ? "application/dtmf-relay" : "application/sdp";
        string contact = method == "BYE" ? "" : $"Contact: <{phone.ContactUri}>\r\nAllow: {phone.Allow}\r\n";
        Say(phone.Request(method, dialog.Target, dialog.CallId, dialog.LocalAddress, dialog.RemoteAddress, dialog.CSeq, phone.NewBranch(), contact, body, type));
    }

    private void Say(string text)
    {
        var message = new WireMessage(text);
        _said.Add(new Saying(message.Method, message.Branch, text, world.Now) { IsRepeated = phone.Flow.Transport == SipTransport.Udp });
        phone.Send(text);
    }

    private void Serve(WireMessage request)
    {
        if (request.Method == "ACK")
        {
            _ = _said.RemoveAll(saying => saying.Kind is "INVITE 200" or "INVITE refused" && saying.Branch == $"{request["Call-ID"]} {request.CSeq}");
            if (Line is { HasAccepted: true } line && line.Dialog.CallId == request["Call-ID"])
            {
                line.IsUp = true;
            }
            return;
        }
        if (_answered.TryGetValue($"{request.Branch} {request.Method}", out string? former))
        {
            phone.Send(former);
            return;
        }
        switch (request.Method)
        {
            case "INVITE" when request.ToTag.Length == 0:
                Ring(request);
                break;
            case "INVITE" when Line is { } line:
                Accept(line, request, isInitial: false);
                break;
            case "CANCEL":
                Answer(request, 200);
                if (Line is { Ringing: { } ringing } cancelled && ringing.Branch == request.Branch)
                {
                    (cancelled.Ringing, cancelled.IsOver) = (null, true);
                    Answer(ringing, 487, cancelled.Dialog.LocalTag, untilAck: true);
                }
                break;
            case "PRACK":
                _ = _said.RemoveAll(saying => saying.Kind == "INVITE 183");
                Answer(request, 200);
                break;
            case "BYE":
                Answer(request, 200);
                if (Line is { } gone)
                {
                    gone.IsOver = true;
                    _ = _said.RemoveAll(static saying => saying.Kind.StartsWith("INVITE ", StringComparison.Ordinal));
                }
                break;
            default:
                Answer(request, 200, body: request.Method == "UPDATE" && request.Body.Length > 0 ? Description("recvonly") : "");
                break;
        }
    }

    private void Ring(WireMessage invite)
    {
        if (Line is not null)
        {
            Answer(invite, 486, "busy", untilAck: true);
            return;
        }
        Line = new PhoneLine(PhoneDialog.FromInvite(phone, invite)) { Ringing = invite };
        if (isReliable && invite.HasToken("Supported", "100rel") && invite.Body.Length > 0)
        {
            string text = Answer(invite, 183, Line.Dialog.LocalTag, extra: "Require: 100rel\r\nRSeq: 7\r\n", body: Description("sendrecv"));
            _said.Add(new Saying("INVITE 183", invite.Branch, text, world.Now) { IsRepeated = true });
        }
        else
        {
            Answer(invite, 180, Line.Dialog.LocalTag);
        }
    }

    private void Accept(PhoneLine line, WireMessage invite, bool isInitial)
    {
        string text = Answer(invite, 200, line.Dialog.LocalTag, extra: "Supported: timer\r\n", body: Description(isInitial ? "sendrecv" : "recvonly"));
        Accepted.Add((invite["Call-ID"], invite.CSeq));
        line.HasAccepted = true;
        _said.Add(new Saying("INVITE 200", $"{invite["Call-ID"]} {invite.CSeq}", text, world.Now) { IsRepeated = true });
    }

    private string Answer(WireMessage request, int status, string? toTag = null, bool untilAck = false, string extra = "", string body = "")
    {
        string text = phone.Response(request, status, toTag, extra, body);
        phone.Send(text);
        _answered[$"{request.Branch} {request.Method}"] = text;
        if (untilAck)
        {
            _said.Add(new Saying("INVITE refused", $"{request["Call-ID"]} {request.CSeq}", text, world.Now) { IsRepeated = phone.Flow.Transport == SipTransport.Udp });
        }
        return text;
    }

    private string Description(string direction) => phone.Sdp(phone.Number == "1001" ? 40000 : 41000, ++_version, direction);

    private void Hear(WireMessage response)
    {
        Saying? asked = _said.Find(saying => saying.Branch == response.Branch && saying.Kind == response.Method);
        if (response.Status < 200)
        {
            if (asked is { Kind: "INVITE" })
            {
                (asked.IsRepeated, asked.Until) = (false, world.Now + TimeSpan.FromSeconds(240)); // proceeding
                HearProgress(response);
            }
            return;
        }
        _ = asked is not null && _said.Remove(asked);
        if (response.Method == "INVITE")
        {
            HearAnswer(response, asked);
        }
        else if (response.Method == "REGISTER")
        {
            IsRegistered |= response.Status == 200;
            if (response.Status == 401 && asked is not null)
            {
                Register(phone.Credentials(response, "REGISTER", "sip:office.example"));
            }
        }
    }

    private void HearProgress(WireMessage response)
    {
        if (Line is not { } line || response.Status == 100)
        {
            return;
        }
        line.HasRung = true;
        if (response.ToTag.Length > 0 && !line.IsUp)
        {
            line.Dialog.Learn(response);
        }
        if (response.Has("RSeq") && line.LastReliable != response.Number("RSeq"))
        {
            line.LastReliable = response.Number("RSeq");
            uint invite = response.CSeq;
            line.Dialog.CSeq++;
            Say(phone.Request("PRACK", line.Dialog.Target, line.Dialog.CallId, line.Dialog.LocalAddress, line.Dialog.RemoteAddress, line.Dialog.CSeq, phone.NewBranch(),
                $"RAck: {response["RSeq"]} {invite} INVITE\r\n", ""));
        }
    }

    private void HearAnswer(WireMessage response, Saying? asked)
    {
        if (Line is not { } line || response["Call-ID"] != line.Dialog.CallId)
        {
            return;
        }
        if (response.Status < 300)
        {
            line.Dialog.Learn(response);
            line.IsUp = true;
            string answer = line.Dialog.Sdp.Length == 0 && response.Body.Length > 0 ? Description("sendrecv") : "";
            line.LastAck ??= "";
            string ack = phone.Request("ACK", line.Dialog.Target, line.Dialog.CallId, line.Dialog.LocalAddress, line.Dialog.RemoteAddress, response.CSeq, phone.NewBranch(), "", answer);
            line.LastAck = line.LastAck.Contains($"CSeq: {response.CSeq} ", StringComparison.Ordinal) ? line.LastAck : ack;
            phone.Send(line.LastAck);
            return;
        }
        phone.Send(phone.Request("ACK", line.Dialog.Target, line.Dialog.CallId, line.Dialog.LocalAddress, response["To"], response.CSeq, response.Branch, "", ""));
        if (asked is null || line.IsUp)
        {
            return;
        }
        if (response.Status == 401 && line.Dialog.CSeq == 1)
        {
            line.Dialog.CSeq++;
            Invite(phone.Credentials(response, "INVITE", line.Dialog.Target));
        }
        else
        {
            line.IsOver = true;
        }
    }

    /// <summary>What it says again until it is answered or acknowledged.</summary>
    private sealed class Saying(string kind, string branch, string text, Instant now)
    {
        public string Kind => kind;
        public string Branch => branch;
        public string Text => text;
        public TimeSpan Interval { get; set; } = SipTimers.T1;
        public Instant Next { get; set; } = now + SipTimers.T1;
        public Instant Until { get; set; } = now + SipTimers.Timeout;
        public bool IsRepeated { get; set; }
    }
}

/// <summary>A call as one phone sees it.</summary>
internal sealed class PhoneLine(PhoneDialog dialog)
{
    public PhoneDialog Dialog => dialog;

    /// <summary>The INVITE that it has not decided on.</summary>
    public WireMessage? Ringing { get; set; }

    /// <summary>It has given a 2xx.</summary>
    public bool HasAccepted { get; set; }

    /// <summary>It has heard a provisional response.</summary>
    public bool HasRung { get; set; }

    /// <summary>People can talk.</summary>
    public bool IsUp { get; set; }

    public bool IsOver { get; set; }
    public string Branch { get; set; } = "";

    /// <summary>To of the first INVITE.</summary>
    public string First { get; set; } = "";

    public uint? LastReliable { get; set; }
    public string? LastAck { get; set; }
}
