namespace EdgePbx.Core.Tests;

/// <summary>A phone's side of one dialog with the box.</summary>
internal sealed class PhoneDialog(Phone phone, bool isCaller)
{
    public required string CallId { get; init; }

    /// <summary>Our From in requests, with its tag.</summary>
    public required string LocalAddress { get; set; }

    /// <summary>Our To in requests, with the box's tag once there is one.</summary>
    public required string RemoteAddress { get; set; }

    /// <summary>The box's Contact once it is known.</summary>
    public required string Target { get; set; }

    public uint CSeq { get; set; }
    public string Sdp { get; set; } = "";
    public string LastBranch { get; private set; } = "";

    /// <summary>The INVITE bytes as last sent, for copies.</summary>
    public string LastInvite { get; private set; } = "";

    /// <summary>The bytes of the last request within the dialog but ACK, for copies.</summary>
    public string LastRequest { get; private set; } = "";

    /// <summary>The INVITE that a callee took.</summary>
    public WireMessage? Invitation { get; private init; }

    public string LocalTag => WireMessage.Parameter(LocalAddress, "tag");
    public bool IsCaller => isCaller;

    public static PhoneDialog FromInvite(Phone phone, WireMessage invite) => new(phone, isCaller: false)
    {
        CallId = invite["Call-ID"],
        LocalAddress = $"{invite["To"]};tag=t{phone.Number}{invite.Branch[^6..]}",
        RemoteAddress = invite["From"],
        Target = invite.ContactUri,
        CSeq = 100,
        Invitation = invite,
        Sdp = phone.Sdp(41000),
    };

    public void SendInvite(string extra = "", string? body = null, string contentType = "application/sdp")
    {
        LastBranch = phone.NewBranch();
        LastInvite = phone.Request("INVITE", Target, CallId, LocalAddress, RemoteAddress, CSeq, LastBranch,
            $"Contact: <{phone.ContactUri}>\r\nAllow: {phone.Allow}\r\n{extra}", body ?? Sdp, contentType);
        phone.Send(LastInvite);
    }

    public void SendAckToFailure(WireMessage response) =>
        phone.Send(phone.Request("ACK", Target, CallId, LocalAddress, response["To"], response.CSeq, LastBranch, "", ""));

    public void Cancel() =>
        phone.Send(phone.Request("CANCEL", Target, CallId, LocalAddress, RemoteAddress, CSeq, LastBranch, "", ""));

    /// <summary>What a response tells of the other side.</summary>
    public void Learn(WireMessage response)
    {
        RemoteAddress = response["To"];
        if (response.Has("Contact"))
        {
            Target = response.ContactUri;
        }
    }

    /// <summary>The caller's 200: learned and acknowledged.</summary>
    public WireMessage Answered(string ackSdp = "")
    {
        WireMessage ok = phone.NextStatus(200);
        Learn(ok);
        Ack(ackSdp);
        return ok;
    }

    public void Ack(string sdp = "", uint? cseq = null) =>
        phone.Send(phone.Request("ACK", Target, CallId, LocalAddress, RemoteAddress, cseq ?? CSeq, phone.NewBranch(), "", sdp));

    /// <summary>A callee's response to its INVITE.</summary>
    public void Reply(int status, string extra = "", string? sdp = null) => phone.Reply(Invitation!, status, LocalTag, extra, sdp ?? "");

    public void Ring(string extra = "", string sdp = "") => Reply(180, extra, sdp);

    public void Accept(string extra = "", string? sdp = null) => Reply(200, extra, sdp ?? Sdp);

    /// <summary>A request within the dialog; returns its branch.</summary>
    public string Send(string method, string extra = "", string body = "")
    {
        CSeq++;
        LastBranch = phone.NewBranch();
        string text = phone.Request(method, Target, CallId, LocalAddress, RemoteAddress, CSeq, LastBranch,
            $"Contact: <{phone.ContactUri}>\r\nAllow: {phone.Allow}\r\n{extra}", body);
        LastRequest = text;
        if (method == "INVITE")
        {
            LastInvite = text;
        }
        phone.Send(text);
        return LastBranch;
    }

    public void Bye(string extra = "") => Send("BYE", extra);
}
