using System.Globalization;

namespace EdgePbx.Core.Tests;

/// <summary>A call between two phones with session timers as a test wants them, and what the box says to each.</summary>
internal sealed class TimerCall
{
    /// <summary>Header lines of a phone that knows RFC 4028 and asks for nothing.</summary>
    public const string Supported = "Supported: timer\r\n";

    public const string NoUpdate = "INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, INFO";
    private readonly PbxWorld _world;
    private readonly int _sentBefore;

    private TimerCall(PbxWorld world, Phone caller, Phone callee, PhoneDialog a, PhoneDialog b, WireMessage ok) =>
        (_world, _sentBefore, Caller, Callee, A, B, Ok, Established) = (world, world.Sent.Count, caller, callee, a, b, ok, world.Now);

    public Phone Caller { get; }
    public Phone Callee { get; }
    public PhoneDialog A { get; }
    public PhoneDialog B { get; }

    /// <summary>The 200 that the caller got.</summary>
    public WireMessage Ok { get; }

    public Instant Established { get; }

    /// <summary>Seconds since the answer.</summary>
    public double Age => (_world.Now - Established).TotalSeconds;

    /// <summary>Header lines that ask for a session of that length.</summary>
    public static string Expires(int seconds, string refresher = "", int minimum = 0) =>
        string.Create(CultureInfo.InvariantCulture, $"{Supported}Session-Expires: {seconds}{(refresher.Length > 0 ? $";refresher={refresher}" : "")}\r\n")
        + (minimum > 0 ? string.Create(CultureInfo.InvariantCulture, $"Min-SE: {minimum}\r\n") : "");

    /// <param name="caller">Header lines of the caller's INVITE.</param>
    /// <param name="callee">Header lines of the callee's 200.</param>
    public static TimerCall Establish(PbxWorld world, string caller = "", string callee = "", string? allow = null)
    {
        (Phone p, Phone q) = world.TwoPhones();
        (p.Allow, q.Allow) = (allow ?? p.Allow, allow ?? q.Allow);
        return Between(world, p, q, caller, callee);
    }

    public static TimerCall Between(PbxWorld world, Phone p, Phone q, string caller = "", string callee = "", string? callId = null, string? tag = null, uint cseq = 1)
    {
        PhoneDialog a = p.Invite(q.Number, extra: caller, callId: callId, tag: tag, cseq: cseq);
        PhoneDialog b = q.Take();
        b.Accept(callee);
        _ = q.NextRequest("ACK");
        return new TimerCall(world, p, q, a, b, a.Answered());
    }

    /// <summary>Each request with that method that the box sent to the phone since the answer, copies included.</summary>
    public IReadOnlyList<(double At, WireMessage Message)> Requests(Phone to, string method) =>
        [.. _world.Sent.Skip(_sentBefore).Where(sent => sent.To == to.At && !sent.Message.IsResponse && sent.Message.Method == method)
            .Select(sent => ((sent.At - Established).TotalSeconds, sent.Message))];

    /// <summary>The description without its o= line.</summary>
    public static string WithoutVersion(WireMessage message) =>
        string.Join('\n', message.Body.Split("\r\n").Where(line => !line.StartsWith("o=", StringComparison.Ordinal)));

    /// <summary>Both hang up: the caller first.</summary>
    public void HangUp()
    {
        (Caller.Answers, Callee.Answers) = (null, null);
        A.Bye();
        _ = Caller.NextStatus(200);
        Callee.Reply(Callee.NextRequest("BYE"), 200);
    }

    /// <summary>The box has hung up on both.</summary>
    public void TakeByes()
    {
        Caller.Reply(Caller.NextRequest("BYE"), 200);
        Callee.Reply(Callee.NextRequest("BYE"), 200);
    }

    /// <summary>The phone answers refreshes by itself, in the terms that they propose, and takes a BYE.</summary>
    public void KeepAlive(Phone phone)
    {
        PhoneDialog dialog = phone == Caller ? A : B;
        phone.Answers = message =>
        {
            switch (message.Method)
            {
                case "UPDATE" when !message.IsResponse:
                    phone.Reply(message, 200, extra: $"Session-Expires: {message["Session-Expires"]}\r\n");
                    return true;
                case "INVITE" when !message.IsResponse:
                    phone.Reply(message, 200, extra: $"Session-Expires: {message["Session-Expires"]}\r\n", body: dialog.Sdp);
                    return true;
                case "BYE" when !message.IsResponse:
                    phone.Reply(message, 200);
                    return true;
                default:
                    return message.Method == "ACK";
            }
        };
    }

    public void KeepBothAlive()
    {
        KeepAlive(Caller);
        KeepAlive(Callee);
    }
}
