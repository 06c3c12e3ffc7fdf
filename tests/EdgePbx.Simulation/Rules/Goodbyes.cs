using EdgePbx.Core;

namespace EdgePbx.Simulation;

/// <summary>RFC 3261 13.2.2.4: each 2xx to an INVITE of the box's is acknowledged, wanted or not, as long as its transaction lives.</summary>
internal sealed class AcceptedInvitesAreAcknowledged : Rule
{
    private readonly Dictionary<string, (Instant Sent, bool IsOver)> _invites = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Instant> _accepted = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string, uint), Packet> _owed = [];
    private readonly HashSet<(string, string, uint)> _paid = [];

    public override void OnReceived(Packet packet)
    {
        if (!packet.IsResponse || packet.Method != "INVITE" || packet.Status < 200 || !_invites.TryGetValue(packet.Branch, out (Instant Sent, bool IsOver) invite))
        {
            return;
        }
        if (packet.IsGarbage || packet.Status >= 300)
        {
            _invites[packet.Branch] = invite with { IsOver = !_accepted.ContainsKey(packet.Branch) || invite.IsOver };
            return;
        }
        if (invite.IsOver || packet.At - invite.Sent >= SipTimers.Timeout || packet.ToTag.Length == 0)
        {
            return; // its transaction may be over, and then the 2xx is nobody's
        }
        (string, string, uint) key = (packet.CallId, packet.ToTag, packet.CSeq);
        _ = _accepted.TryAdd(packet.Branch, packet.At);
        if (!_paid.Contains(key))
        {
            _ = _owed.TryAdd(key, packet);
        }
    }

    public override void OnSent(Packet packet)
    {
        if (packet is { IsResponse: false, Method: "INVITE" })
        {
            _ = _invites.TryAdd(packet.Branch, (packet.At, false));
        }
        else if (packet is { IsResponse: false, Method: "ACK" })
        {
            (string, string, uint) key = (packet.CallId, packet.ToTag, packet.CSeq);
            _ = _owed.Remove(key);
            _ = _paid.Add(key);
        }
    }

    public override void OnSendFailed(Packet packet)
    {
        if (_invites.TryGetValue(packet.Branch, out (Instant Sent, bool IsOver) invite))
        {
            _invites[packet.Branch] = invite with { IsOver = true };
        }
    }

    public override void OnEnd(in EndState end)
    {
        foreach (Packet packet in _owed.Values)
        {
            Broken(end.At, $"{packet} from phone {packet.Phone} was never acknowledged", packet);
            return;
        }
    }
}

/// <summary>A phone that rings is answered for: by its own final response, or by a CANCEL (C-15, U-26).</summary>
internal sealed class NobodyIsLeftRinging : Rule
{
    private readonly Dictionary<string, (Packet Invite, bool Rings, bool IsSettled)> _invites = new(StringComparer.Ordinal);

    public override void OnReceived(Packet packet)
    {
        if (packet is { IsResponse: true, Method: "INVITE" } && _invites.TryGetValue(packet.Branch, out (Packet Invite, bool Rings, bool IsSettled) invite))
        {
            bool isInTime = packet.At - invite.Invite.At < SipTimers.Timeout;
            _invites[packet.Branch] = invite with { Rings = invite.Rings || (isInTime && packet.Status < 200), IsSettled = invite.IsSettled || packet.Status >= 200 || packet.IsGarbage };
        }
    }

    public override void OnSent(Packet packet)
    {
        if (packet is { IsResponse: false, Method: "INVITE", ToTag: "" })
        {
            _ = _invites.TryAdd(packet.Branch, (packet, false, false));
        }
        else if (packet is { IsResponse: false, Method: "CANCEL" })
        {
            Settle(packet);
        }
    }

    public override void OnSendFailed(Packet packet) => Settle(packet);

    public override void OnEnd(in EndState end)
    {
        foreach ((Packet invite, bool rings, bool isSettled) in _invites.Values)
        {
            if (rings && !isSettled)
            {
                Broken(end.At, $"phone {invite.Phone} rings for ever: {invite} was neither answered nor cancelled", invite);
                return;
            }
        }
    }

    private void Settle(Packet packet)
    {
        if (_invites.TryGetValue(packet.Branch, out (Packet Invite, bool Rings, bool IsSettled) invite))
        {
            _invites[packet.Branch] = invite with { IsSettled = true };
        }
    }
}

/// <summary>Each dialog that came to be ends with a BYE: the box's, or the phone's that the box answered.</summary>
internal sealed class NobodyIsLeftInACall : Rule
{
    private readonly Dictionary<(string, string, string), Packet> _up = [];
    private readonly HashSet<(string, string, string)> _over = [];

    public override void OnSent(Packet packet)
    {
        if (packet.IsResponse)
        {
            (string, string, string) dialog = (packet.CallId, packet.ToTag, packet.FromTag);
            if (packet is { Method: "INVITE", Status: >= 200 and < 300 })
            {
                Begin(dialog, packet);
            }
            else if (packet is { Method: "BYE", Status: 200 })
            {
                End(dialog);
            }
            return;
        }
        (string, string, string) own = (packet.CallId, packet.FromTag, packet.ToTag);
        if (packet.Method == "BYE")
        {
            End(own);
        }
        else if (packet.Method == "ACK" && !_refused.Contains(packet.Branch))
        {
            Begin(own, packet);
        }
    }

    public override void OnReceived(Packet packet)
    {
        if (packet is { IsResponse: true, Method: "INVITE", Status: >= 300 } || packet.IsGarbage)
        {
            _ = _refused.Add(packet.Branch);
        }
    }

    public override void OnEnd(in EndState end)
    {
        foreach (Packet packet in _up.Values)
        {
            Broken(end.At, $"the dialog of {packet} with phone {packet.Phone} was never ended by a BYE", packet);
            return;
        }
    }

    private void Begin((string, string, string) dialog, Packet packet)
    {
        if (!_over.Contains(dialog))
        {
            _ = _up.TryAdd(dialog, packet);
        }
    }

    private void End((string, string, string) dialog)
    {
        _ = _over.Add(dialog);
        _ = _up.Remove(dialog);
    }

    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
}
