namespace EdgePbx.Core.Tests;

/// <summary>Calls that are set up in unusual words.</summary>
internal static class Calling
{
    public const string Reliable = "Require: 100rel\r\nRSeq: ";
    public const string NoUpdate = "INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, INFO";

    /// <summary>An INVITE with From and To as the test wants them, challenged and sent again.</summary>
    /// <param name="from">With its tag.</param>
    public static PhoneDialog Dial(Phone phone, string from, string to, string extra = "", string? callId = null)
    {
        var dialog = new PhoneDialog(phone, isCaller: true)
        {
            CallId = callId ?? $"dial-{phone.NewBranch()}",
            LocalAddress = from,
            RemoteAddress = to,
            Target = "sip:1002@office.example",
            CSeq = 1,
            Sdp = phone.Sdp(),
        };
        dialog.SendInvite(extra);
        WireMessage challenge = phone.NextStatus(401);
        dialog.SendAckToFailure(challenge);
        dialog.CSeq++;
        dialog.SendInvite(extra + phone.Credentials(challenge, "INVITE", dialog.Target));
        return dialog;
    }

    /// <summary>An INVITE without a session description.</summary>
    public static PhoneDialog DialWithoutOffer(Phone phone, string callee, string extra = "") => phone.Invite(callee, sdp: "", extra);

    /// <summary>Two phones of extension 1002 and the caller 1001.</summary>
    public static (Phone Caller, Phone One, Phone Two) ThreePhones(PbxWorld world)
    {
        (Phone caller, Phone one) = world.TwoPhones();
        Phone two = world.Phone("1002", 13);
        two.Register();
        return (caller, one, two);
    }

    /// <summary>A call in which offer and answer are through before anybody has answered it: a reliable 183 with a description, acknowledged on both legs.</summary>
    public static (PhoneDialog Caller, PhoneDialog Callee, uint Invite) AgreeEarly(Phone caller, Phone callee)
    {
        PhoneDialog a = caller.Invite("1002", extra: "Supported: 100rel\r\n");
        uint invite = a.CSeq;
        PhoneDialog b = callee.Take();
        b.Reply(183, $"{Reliable}1\r\n", callee.Sdp(41000));
        _ = callee.Takes("PRACK");
        WireMessage progress = caller.NextStatus(183);
        a.Learn(progress);
        a.Send("PRACK", $"RAck: {progress["RSeq"]} {invite} INVITE\r\n");
        _ = caller.NextStatus(200);
        return (a, b, invite);
    }

    /// <summary>The caller refuses to wait any longer, or a callee says no: whatever is open is closed in an orderly way.</summary>
    public static void Cancelled(Phone caller, PhoneDialog a, params (Phone Phone, PhoneDialog Dialog)[] ringing)
    {
        a.Cancel();
        a.SendAckToFailure(caller.NextStatus(487));
        foreach ((Phone phone, PhoneDialog b) in ringing)
        {
            phone.Reply(phone.NextRequest("CANCEL"), 200);
            b.Reply(487);
            _ = phone.NextRequest("ACK");
        }
    }

    /// <summary>The peer of a dialog that the box made acknowledges a request with 200.</summary>
    public static WireMessage Takes(this Phone phone, string method, int status = 200, string extra = "", string body = "")
    {
        WireMessage request = phone.NextRequest(method);
        phone.Reply(request, status, extra: extra, body: body);
        return request;
    }
}
