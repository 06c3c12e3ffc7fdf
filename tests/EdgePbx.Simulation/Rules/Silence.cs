using EdgePbx.Core;

namespace EdgePbx.Simulation;

/// <summary>
/// ST-33: when a dialog has ended by BYE, from either side, no request of it leaves the box again but copies of the box's
/// own BYE and ACKs to 2xx that come once more.
/// </summary>
internal sealed class EndedDialogIsSilent : Rule
{
    private readonly Dictionary<(string, string, string), string> _ended = [];

    public override void OnSent(Packet packet)
    {
        if (packet.IsResponse)
        {
            if (packet is { Method: "BYE", Status: 200 })
            {
                _ = _ended.TryAdd((packet.CallId, packet.ToTag, packet.FromTag), "");
            }
            return;
        }
        if (packet.ToTag.Length == 0 || packet.Method == "ACK")
        {
            return;
        }
        (string, string, string) dialog = (packet.CallId, packet.FromTag, packet.ToTag);
        if (_ended.TryGetValue(dialog, out string? bye) && bye != packet.Branch)
        {
            bool isSimultaneous = packet.Method == "BYE" && bye.Length == 0 && _own.Contains(packet.Branch);
            if (!isSimultaneous)
            {
                Broken(packet.At, $"{packet} in a dialog that has ended", packet);
            }
        }
        if (packet.Method == "BYE")
        {
            _ = _own.Add(packet.Branch);
            _ = _ended.TryAdd(dialog, packet.Branch);
        }
    }

    private readonly HashSet<string> _own = new(StringComparer.Ordinal);
}

/// <summary>
/// A refused INVITE is followed by nothing but its ACK, or by one more INVITE if it was refused with 422; a cancelled one by
/// copies of the CANCEL, and by ACK and BYE if a 2xx crosses.
/// </summary>
internal sealed class RefusedInviteIsSilent : Rule
{
    private readonly HashSet<(string, string)> _cancelled = [];
    private readonly Dictionary<(string, string), (string Branch, int Status)> _refused = [];
    private readonly Dictionary<string, (string, string)> _open = new(StringComparer.Ordinal);

    public override void OnReceived(Packet packet)
    {
        if (packet is { IsResponse: true, Method: "INVITE", Status: >= 300, IsGarbage: false } && _open.Remove(packet.Branch, out (string, string) leg))
        {
            _refused[leg] = (packet.Branch, packet.Status);
        }
        else if (packet is { IsResponse: true, Method: "INVITE", Status: >= 200 })
        {
            _ = _open.Remove(packet.Branch);
        }
    }

    public override void OnSent(Packet packet)
    {
        if (packet.IsResponse)
        {
            return;
        }
        (string, string) leg = (packet.CallId, packet.FromTag);
        if (_refused.TryGetValue(leg, out (string Branch, int Status) refused) && packet.Method != "ACK")
        {
            if (refused.Status == 422 && packet is { Method: "INVITE", ToTag: "" } && packet.Branch != refused.Branch)
            {
                _ = _refused.Remove(leg);
            }
            else
            {
                Broken(packet.At, $"{packet} after the INVITE was refused with {refused.Status}", packet);
            }
        }
        if (packet.Method is not ("ACK" or "BYE" or "CANCEL") && _cancelled.Contains(leg))
        {
            Broken(packet.At, $"{packet} after the CANCEL", packet);
        }
        if (packet is { Method: "CANCEL", ToTag: "" })
        {
            _ = _cancelled.Add(leg);
        }
        if (packet is { Method: "INVITE", ToTag: "" })
        {
            _ = _open.TryAdd(packet.Branch, leg);
        }
    }
}

/// <summary>No message is repeated for longer than 64*T1 (RFC 3261 17), but the ACK to a 2xx that is itself repeated.</summary>
internal sealed class CopiesEndIn64T1 : Rule
{
    private readonly Dictionary<(string, string, int), Instant> _first = [];
    private readonly Dictionary<(string, string), Instant> _asked = [];
    private Instant _lastGarbage;

    public override void OnReceived(Packet packet)
    {
        if (packet.IsGarbage)
        {
            _lastGarbage = packet.At; // its answer may have other names than it
        }
        else if (!packet.IsResponse)
        {
            _asked[(packet.Branch, packet.Method)] = packet.At;
        }
    }

    public override void OnSendFailed(Packet packet) => _ = _first.Remove((packet.Branch, packet.Method, packet.Status)); // by another transport it starts anew

    public override void OnSent(Packet packet)
    {
        if ((packet.Method == "ACK" && !packet.IsResponse) || packet.Branch.Length == 0 || packet.CSeq == 0)
        {
            return; // an answer to what could hardly be read has no name by which copies could be told
        }
        (string, string, int) key = (packet.Branch, packet.Method, packet.Status);
        bool isAsked = packet.IsResponse
            && (_lastGarbage == packet.At || (_asked.TryGetValue((packet.Branch, packet.Method), out Instant asked) && asked == packet.At));
        if (isAsked || !_first.TryGetValue(key, out Instant first))
        {
            _first[key] = packet.At; // a copy of the request, which may be a request of its own when the first is forgotten
        }
        else if (packet.At - first > SipTimers.Timeout && packet.Status is 0 or >= 200) // a caller that waits is reminded (C-26)
        {
            Broken(packet.At, $"{packet} is still repeated after 32 s", packet);
        }
    }
}
