namespace EdgePbx.Core.Tests;

/// <summary>A phone that takes part in a history of random steps: it remembers what is open, and does what it is told if that makes sense.</summary>
internal sealed class HistoryPhone(PbxWorld world, Phone phone)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(31);
    private readonly Dictionary<string, PhoneDialog> _dialogs = [];
    private readonly List<WireMessage> _open = [];
    private readonly List<(PhoneDialog Dialog, WireMessage Answer)> _unacknowledged = [];
    private (PhoneDialog Dialog, string Branch, uint CSeq)? _ownInvite;
    private (PhoneDialog Dialog, string RAck)? _reliable;
    private int _version = 1;

    /// <summary>Each 2xx that the box got in time, as the ACK to it must name it: Call-ID, To tag and number.</summary>
    public List<(string CallId, string Tag, uint CSeq)> Accepted { get; } = [];

    public void Invite(string callee, bool isLateOffer, bool knowsReliable)
    {
        Take();
        PhoneDialog dialog = phone.Invite(callee, isLateOffer ? "" : phone.Sdp(40000, ++_version), knowsReliable ? "Supported: 100rel\r\n" : "");
        _dialogs[dialog.CallId] = dialog;
        _ownInvite = (dialog, dialog.LastBranch, dialog.CSeq);
    }

    /// <summary>Reads what has arrived; only ACK to a refusal is sent by itself.</summary>
    public void Take()
    {
        while (phone.Inbox.TryDequeue(out WireMessage? message))
        {
            if (message.IsResponse)
            {
                Hear(message);
            }
            else if (message.Method != "ACK" && !_open.Exists(open => open.Branch == message.Branch && open.Method == message.Method))
            {
                _open.Add(message);
            }
        }
    }

    public void Ring(bool isReliable, bool hasMedia)
    {
        foreach (WireMessage invite in _open.Where(message => message.Method == "INVITE").ToArray())
        {
            string reliable = isReliable ? $"Require: 100rel\r\nRSeq: {++_version}\r\n" : "";
            phone.Reply(invite, hasMedia ? 183 : 180, Dialog(invite).LocalTag, reliable, hasMedia ? phone.Sdp(41000, _version) : "");
        }
    }

    public void Answer(int status)
    {
        foreach (WireMessage request in _open.ToArray())
        {
            _ = _open.Remove(request);
            if (request.Method == "CANCEL")
            {
                phone.Reply(request, 200);
                if (_open.Find(open => open.Method == "INVITE" && open.Branch == request.Branch) is { } cancelled)
                {
                    _ = _open.Remove(cancelled);
                    phone.Reply(cancelled, 487, Dialog(cancelled).LocalTag);
                }
                continue;
            }
            Note(request, status);
            bool hasSdp = status == 200 && (request.Method == "INVITE" || request.Body.Contains("m=", StringComparison.Ordinal));
            phone.Reply(request, status, request.Method == "INVITE" ? Dialog(request).LocalTag : null, body: hasSdp ? phone.Sdp(41000, ++_version) : "");
        }
    }

    public void Acknowledge()
    {
        foreach ((PhoneDialog dialog, WireMessage answer) in _unacknowledged)
        {
            dialog.Ack(answer.Body.Length > 0 && dialog.Sdp.Length == 0 ? phone.Sdp(40000, ++_version) : "", answer.CSeq);
        }
        _unacknowledged.Clear();
    }

    public void Prack(bool isRight)
    {
        if (_reliable is { } reliable)
        {
            string answer = reliable.Dialog.Sdp.Length == 0 ? phone.Sdp(40000, ++_version) : "";
            _ = reliable.Dialog.Send("PRACK", $"RAck: {(isRight ? "" : "9")}{reliable.RAck}\r\n", answer);
            _reliable = isRight ? null : _reliable;
        }
    }

    public void Cancel()
    {
        if (_ownInvite is (var dialog, var branch, var cseq))
        {
            phone.Send(phone.Request("CANCEL", dialog.Target, dialog.CallId, dialog.LocalAddress, dialog.RemoteAddress, cseq, branch, "", ""));
        }
    }

    public void Bye()
    {
        foreach (PhoneDialog dialog in _dialogs.Values)
        {
            dialog.Bye();
        }
    }

    public void Change(string method, string direction, bool isLateOffer)
    {
        if (_dialogs.Values.LastOrDefault() is { } dialog)
        {
            dialog.Sdp = isLateOffer ? "" : phone.Sdp(40000, ++_version, direction);
            _ = dialog.Send(method, body: dialog.Sdp);
            _ownInvite = method == "INVITE" ? (dialog, dialog.LastBranch, dialog.CSeq) : _ownInvite;
        }
    }

    public void Info() => _ = _dialogs.Values.LastOrDefault()?.Send("INFO", body: "x");

    private void Note(WireMessage request, int status)
    {
        if (request.Method == "INVITE" && status == 200 && !world.LosesNext
            && world.Now - world.Sent.First(sent => sent.Message.Branch == request.Branch).At < Patience)
        {
            Accepted.Add((request["Call-ID"], Dialog(request).LocalTag, request.CSeq));
        }
    }

    private void Hear(WireMessage response)
    {
        if (response.Method != "INVITE" || !_dialogs.TryGetValue(response["Call-ID"], out PhoneDialog? dialog))
        {
            return;
        }
        if (response.Status >= 300)
        {
            phone.Send(phone.Request("ACK", dialog.Target, dialog.CallId, dialog.LocalAddress, response["To"], response.CSeq, response.Branch, "", ""));
            return;
        }
        if (response.ToTag.Length > 0)
        {
            dialog.Learn(response);
        }
        if (response.Has("RSeq"))
        {
            _reliable = (dialog, $"{response["RSeq"]} {response["CSeq"]}");
        }
        if (response.Status >= 200)
        {
            _unacknowledged.Add((dialog, response));
        }
    }

    private PhoneDialog Dialog(WireMessage invite)
    {
        if (!_dialogs.TryGetValue(invite["Call-ID"], out PhoneDialog? dialog))
        {
            dialog = PhoneDialog.FromInvite(phone, invite);
            _dialogs.Add(dialog.CallId, dialog);
        }
        return dialog;
    }
}
