namespace EdgePbx.Core.Tests;

/// <summary>A call from 1001 to 1002 that is up: the place where most stories begin.</summary>
internal sealed class ConnectedCall
{
    private ConnectedCall(Phone caller, Phone callee, PhoneDialog a, PhoneDialog b, WireMessage answer, WireMessage ack) =>
        (Caller, Callee, A, B, Answer, Ack) = (caller, callee, a, b, answer, ack);

    public Phone Caller { get; }
    public Phone Callee { get; }

    /// <summary>The caller's dialog with the box.</summary>
    public PhoneDialog A { get; }

    /// <summary>The callee's dialog with the box.</summary>
    public PhoneDialog B { get; }

    /// <summary>The 200 that the caller got.</summary>
    public WireMessage Answer { get; }

    /// <summary>The ACK that the callee got.</summary>
    public WireMessage Ack { get; }

    public static ConnectedCall Begin(PbxWorld world)
    {
        (Phone caller, Phone callee) = world.TwoPhones();
        return Begin(caller, callee);
    }

    public static ConnectedCall Begin(Phone caller, Phone callee, string callerExtra = "", string calleeExtra = "", string? sdp = null, string? answer = null)
    {
        PhoneDialog a = caller.Invite(callee.Number, sdp, callerExtra);
        PhoneDialog b = callee.Take();
        b.Accept(calleeExtra, answer);
        WireMessage ack = callee.NextRequest("ACK");
        return new ConnectedCall(caller, callee, a, b, a.Answered(), ack);
    }

    public void HangUp()
    {
        A.Bye();
        _ = Caller.NextStatus(200);
        Callee.Reply(Callee.NextRequest("BYE"), 200);
    }
}
