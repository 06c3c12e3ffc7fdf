using System.Globalization;

namespace EdgePbx.Simulation;

/// <summary>
/// C-03, C-05, C-14: within a dialog each new request has a higher number; CANCEL and ACK have their INVITE's; CANCEL goes
/// out only after a provisional response.
/// </summary>
internal sealed class NumbersRise : Rule
{
    private readonly Dictionary<(string, string, string), uint> _last = [];
    private readonly Dictionary<string, (string Method, uint CSeq, string CallId)> _requests = new(StringComparer.Ordinal);
    private readonly HashSet<(string, string, uint)> _invites = [];
    private readonly HashSet<string> _provisional = new(StringComparer.Ordinal);

    public override void OnReceived(Packet packet)
    {
        if (packet is { IsResponse: true, Status: < 200, Method: "INVITE" } || packet.IsGarbage)
        {
            _ = _provisional.Add(packet.Branch);
        }
    }

    public override void OnSent(Packet packet)
    {
        if (packet.IsResponse)
        {
            return;
        }
        if (packet.Method == "ACK")
        {
            if (!_invites.Contains((packet.CallId, packet.FromTag, packet.CSeq)))
            {
                Broken(packet.At, $"{packet} belongs to no INVITE", packet);
            }
            return;
        }
        if (packet.Method == "CANCEL")
        {
            if (!_requests.TryGetValue(packet.Branch, out (string Method, uint CSeq, string CallId) invite) || invite != ("INVITE", packet.CSeq, packet.CallId))
            {
                Broken(packet.At, $"{packet} belongs to no INVITE", packet);
            }
            if (!_provisional.Contains(packet.Branch))
            {
                Broken(packet.At, $"{packet} before any provisional response", packet);
            }
            return;
        }
        (string Method, uint CSeq, string CallId) names = (packet.Method, packet.CSeq, packet.CallId);
        if (!_requests.TryAdd(packet.Branch, names))
        {
            if (_requests[packet.Branch] != names)
            {
                Broken(packet.At, $"{packet} has the branch of another request", packet);
            }
            return; // a copy
        }
        if (!packet.Branch.StartsWith("z9hG4bK", StringComparison.Ordinal))
        {
            Broken(packet.At, $"{packet} has the branch {packet.Branch}", packet);
        }
        if (packet.Method == "INVITE")
        {
            _ = _invites.Add((packet.CallId, packet.FromTag, packet.CSeq));
        }
        (string, string, string) dialog = (packet.CallId, packet.FromTag, packet.ToTag);
        uint last = _last.GetValueOrDefault(dialog);
        last = Math.Max(last, packet.ToTag.Length > 0 ? _last.GetValueOrDefault((packet.CallId, packet.FromTag, "")) : 0);
        if (packet.CSeq <= last)
        {
            Broken(packet.At, $"{packet} has the number {packet.CSeq} after {last}", packet);
        }
        _last[dialog] = packet.CSeq;
    }
}

/// <summary>O-04: one session id for a leg; the same version means the same words; a change raises it by one, and versions never fall.</summary>
internal sealed class OriginLineTellsChanges : Rule
{
    private readonly Dictionary<string, (ulong Latest, Dictionary<ulong, string> Words)> _sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string), string> _legs = [];

    public override void OnSent(Packet packet)
    {
        if (!packet.HasBody || packet.Method == "INFO")
        {
            return; // what an INFO carries only passes through
        }
        string[] origin = packet.Sdp("o=").Split(' ');
        if (origin.Length != 6 || !ulong.TryParse(origin[2], NumberStyles.None, CultureInfo.InvariantCulture, out ulong version))
        {
            Broken(packet.At, $"{packet} has a body without an o= line", packet);
            return;
        }
        (string, string) leg = (packet.CallId, packet.IsResponse ? packet.ToTag : packet.FromTag);
        if (!_legs.TryAdd(leg, origin[1]) && _legs[leg] != origin[1])
        {
            Broken(packet.At, $"{packet} has another session id than before", packet);
        }
        if (!_sessions.TryGetValue(origin[1], out (ulong Latest, Dictionary<ulong, string> Words) session))
        {
            _sessions[origin[1]] = (version, new Dictionary<ulong, string> { [version] = packet.Body });
            return;
        }
        if (session.Words.TryGetValue(version, out string? words))
        {
            if (words != packet.Body)
            {
                Broken(packet.At, $"{packet} says something new under the old version {version}", packet);
            }
            return;
        }
        if (version <= session.Latest)
        {
            Broken(packet.At, $"{packet} has version {version} after {session.Latest}", packet);
        }
        session.Words.Add(version, packet.Body);
        _sessions[origin[1]] = (version, session.Words);
    }
}

/// <summary>What RFC 4028 wants of every message.</summary>
internal sealed class SessionTimerHeaders : Rule
{
    public override void OnSent(Packet packet)
    {
        bool refreshes = packet.Method is "INVITE" or "UPDATE";
        if (!packet.IsResponse && packet.Method != "ACK" && !packet.HasToken("Supported", "timer"))
        {
            Broken(packet.At, $"ST-01: {packet} does not say that it supports the timer", packet);
        }
        if (packet.Has("Min-SE") && (packet.Number("Min-SE") < 90 || !(packet.Status == 422 || (!packet.IsResponse && refreshes))))
        {
            Broken(packet.At, $"ST-03: Min-SE in {packet}", packet);
        }
        if (packet.Status == 422 && !packet.Has("Min-SE"))
        {
            Broken(packet.At, $"ST-06: no Min-SE in {packet}", packet);
        }
        if (!packet.Has("Session-Expires"))
        {
            return;
        }
        if (!refreshes || packet.Status / 100 is not (0 or 2))
        {
            Broken(packet.At, $"RFC 4028 table 1: Session-Expires in {packet}", packet);
        }
        string refresher = Packet.Parameter(packet["Session-Expires"], "refresher");
        if (packet.IsResponse && (refresher is not ("uac" or "uas") || (refresher == "uac" && !packet.HasToken("Require", "timer"))))
        {
            Broken(packet.At, $"ST-11, ST-13: {packet} has refresher {refresher}", packet);
        }
        if (!packet.IsResponse && packet.ToTag.Length == 0 && refresher.Length > 0)
        {
            Broken(packet.At, $"ST-02: {packet} names a refresher", packet);
        }
    }
}
