using EdgePbx.Core;

namespace EdgePbx.Simulation.Tests;

/// <summary>Shows a rule a trace made by hand: what the box sends and receives, second by second.</summary>
internal sealed class RuleBench
{
    private readonly Rule _rule;
    private Instant _now = new(TimeSpan.TicksPerHour);

    public RuleBench(Rule rule)
    {
        _rule = rule;
        rule.ReportTo(Found.Add);
    }

    public List<Violation> Found { get; } = [];

    public RuleBench Wait(double seconds)
    {
        _now += TimeSpan.FromSeconds(seconds);
        return this;
    }

    /// <summary>A request of the box, in the dialog box/peer if there is a <paramref name="to"/>.</summary>
    public RuleBench Sends(string method, uint cseq = 1, string branch = "z9hG4bK1", string to = "", string from = "box", string extra = "", string body = "")
    {
        _rule.OnSent(Message($"{method} sip:x SIP/2.0", method, cseq, branch, from, to, extra, body));
        return this;
    }

    /// <summary>A response of the box to the peer.</summary>
    public RuleBench Responds(int status, string method, uint cseq = 1, string branch = "p1", string to = "box", string extra = "", string body = "")
    {
        _rule.OnSent(Message($"SIP/2.0 {status} X", method, cseq, branch, "peer", to, extra, body));
        return this;
    }

    /// <summary>A request of the peer.</summary>
    public RuleBench Hears(string method, uint cseq = 1, string branch = "p1", string to = "")
    {
        _rule.OnReceived(Message($"{method} sip:x SIP/2.0", method, cseq, branch, "peer", to, "", ""));
        return this;
    }

    /// <summary>A request to the box that its sender has garbled.</summary>
    public RuleBench HearsGarbage(string method, uint cseq = 1, string branch = "p1")
    {
        Packet packet = Message($"{method} sip:x SIP/2.0", method, cseq, branch, "peer", "", "", "");
        packet.IsGarbage = true;
        _rule.OnReceived(packet);
        return this;
    }

    /// <summary>A response to the box.</summary>
    public RuleBench IsTold(int status, string method, uint cseq = 1, string branch = "z9hG4bK1", string to = "peer")
    {
        _rule.OnReceived(Message($"SIP/2.0 {status} X", method, cseq, branch, "box", to, "", ""));
        return this;
    }

    public RuleBench Logs(string name, string call = "1.1")
    {
        _rule.OnLogged(new LogEvent(_now, name, call, ""));
        return this;
    }

    public RuleBench Port(PortDeed deed, string path = "0.1", ushort port = 10000)
    {
        _rule.OnPort(new PortEvent(_now, deed, path, port));
        return this;
    }

    public RuleBench Recording(RecordingDeed deed, string recording = "0.1")
    {
        _rule.OnRecording(new RecordingEvent(_now, deed, recording));
        return this;
    }

    public RuleBench NoCalls(GaugeSnapshot gauges)
    {
        _rule.OnNoCalls(_now, gauges);
        return this;
    }

    public RuleBench Ends(GaugeSnapshot? gauges = null, CounterSnapshot? counters = null, bool isTimerArmed = false, int portsLent = 0)
    {
        _rule.OnEnd(new EndState(_now, gauges ?? new(), counters ?? new(), isTimerArmed, portsLent));
        return this;
    }

    public void Holds() => Assert.Empty(Found.Select(violation => violation.What));

    public void IsBroken() => Assert.All(Found, violation => Assert.Equal(_rule.Name, violation.Rule), throwIfEmpty: true);

    private Packet Message(string start, string method, uint cseq, string branch, string from, string to, string extra, string body) =>
        new($"{start}\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch={branch}\r\nFrom: <sip:a@b>;tag={from}\r\nTo: <sip:c@d>{(to.Length > 0 ? $";tag={to}" : "")}\r\n"
            + $"Call-ID: id\r\nCSeq: {cseq} {method}\r\n{extra}Content-Length: {body.Length}\r\n\r\n{body}")
        { At = _now, Phone = 0 };
}
