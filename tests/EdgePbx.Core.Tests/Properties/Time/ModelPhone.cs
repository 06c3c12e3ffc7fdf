using System.Globalization;

namespace EdgePbx.Core.Tests;

/// <summary>
/// A phone in a call that answers when and how a history says. What the box sends it is held to the rules of one dialog
/// the moment it leaves, whether it arrives or not.
/// </summary>
internal sealed class ModelPhone
{
    private readonly PbxWorld _world;
    private readonly Phone _phone;
    private readonly PhoneDialog _dialog;
    private readonly List<WireMessage> _asked = [];
    private readonly HashSet<string> _arrived = [];
    private readonly HashSet<string> _sent = [];
    private readonly Dictionary<string, string> _shown = [];
    private readonly List<string> _story = [];
    private WireMessage? _unacknowledged;
    private uint? _openInvite;
    private uint _highest;
    private int _version = 1;
    private int _lost;
    private string _inviteBranch = "";
    private uint? _ownInvite;
    private Instant? _answeredAt;

    public ModelPhone(PbxWorld world, Phone phone, PhoneDialog dialog)
    {
        (_world, _phone, _dialog) = (world, phone, dialog);
        phone.Inbox.Clear();
        phone.Answers = message =>
        {
            Arrive(message);
            return true;
        };
    }

    /// <summary>The box has hung up, or this phone has.</summary>
    public bool IsOver { get; private set; }

    /// <summary>An INVITE of this phone has no final response, or that has no ACK and the box may still wait for it (timer H).</summary>
    private bool HasOwnInvite => _ownInvite is not null && !(_answeredAt is { } at && _world.Now - at >= SipTimers.Timeout);

    public void Refresh(string method, string refresher)
    {
        if (MaySend(method))
        {
            Send(method, refresher, method == "INVITE" ? _dialog.Sdp : "");
        }
    }

    public void Change(string method, string direction)
    {
        if (MaySend(method))
        {
            _dialog.Sdp = _phone.Sdp(_dialog.IsCaller ? 40000 : 41000, ++_version, direction);
            Send(method, "uac", _dialog.Sdp);
        }
    }

    public void Answer(int status, string extra)
    {
        if (_asked.Count == 0 || (status < 200 && _asked[0].Method != "INVITE"))
        {
            return;
        }
        WireMessage request = _asked[0];
        if (status >= 200)
        {
            _asked.RemoveAt(0);
            _openInvite = request.Method == "INVITE" ? null : _openInvite;
        }
        Tell(">", $"{status} ({request["CSeq"]})");
        _phone.Reply(request, status, extra: extra, body: status == 200 && request.Body.Length > 0 ? _dialog.Sdp : "");
    }

    public void Acknowledge()
    {
        if (_unacknowledged is not { } response)
        {
            return;
        }
        (_unacknowledged, _ownInvite) = (null, null);
        Tell(">", $"ACK to {response}");
        if (response.Status == 200)
        {
            _dialog.Ack(cseq: response.CSeq);
        }
        else
        {
            _phone.Send(_phone.Request("ACK", _dialog.Target, _dialog.CallId, _dialog.LocalAddress, response["To"], response.CSeq, response.Branch, "", ""));
        }
    }

    /// <summary>A copy of this phone's last request.</summary>
    public void Repeat()
    {
        if (!IsOver && _dialog.LastRequest.Length > 0)
        {
            Tell(">", "a copy");
            _phone.Send(_dialog.LastRequest);
        }
    }

    public void Cancel()
    {
        if (!IsOver && _ownInvite is { } cseq && _unacknowledged is null)
        {
            Tell(">", "CANCEL");
            _phone.Send(_phone.Request("CANCEL", _dialog.Target, _dialog.CallId, _dialog.LocalAddress, _dialog.RemoteAddress, cseq, _inviteBranch, "", ""));
        }
    }

    public void HangUp()
    {
        if (!IsOver)
        {
            IsOver = true;
            Tell(">", "BYE");
            _dialog.Bye();
        }
    }

    /// <summary>The next messages of the box do not arrive, but its BYE always does.</summary>
    public void Lose(int messages) => _lost = messages;

    /// <summary>The box sends this message now; true when it does not arrive.</summary>
    public bool Loses(WireMessage message)
    {
        bool isLost = _lost > 0 && message.Method != "BYE";
        _lost -= isLost ? 1 : 0;
        Tell(isLost ? "x" : "<", message.ToString());
        Watch(message);
        return isLost;
    }

    private void Watch(WireMessage message)
    {
        if (message.Body.Length > 0)
        {
            string origin = message.Sdp("o=");
            Require(!_shown.TryGetValue(origin, out string? known) || known == message.Body, message, "O-04: the same version says something else");
            _shown[origin] = message.Body;
        }
        if (message.IsResponse)
        {
            _answeredAt = message is { Method: "INVITE", Status: >= 200 } && message.CSeq == _ownInvite ? _answeredAt ?? _world.Now : _answeredAt;
        }
        else if (message.Method != "ACK")
        {
            WatchRequest(message);
        }
    }

    private void WatchRequest(WireMessage request)
    {
        bool isCopy = !_sent.Add(request.Branch + request.Method);
        Require(!IsOver || (isCopy && request.Method == "BYE"), request, "ST-33: sent after the end");
        if (isCopy)
        {
            return;
        }
        if (request.Method == "CANCEL")
        {
            Require(request.CSeq == _openInvite, request, "C-14: a CANCEL of what is answered already");
            return;
        }
        Require(request.CSeq > _highest, request, "C-03: CSeq must grow");
        _highest = request.CSeq;
        if (request.Method == "INVITE")
        {
            Require(_openInvite is null, request, "C-28: a second INVITE while one of the box is open");
            Require(!HasOwnInvite, request, "C-28: an INVITE while one of the phone is open");
            _openInvite = request.CSeq;
        }
        IsOver |= request.Method == "BYE";
    }

    private void Arrive(WireMessage message)
    {
        if (message.IsResponse)
        {
            if (message is { Method: "INVITE", Status: >= 200 } && message.CSeq == _ownInvite)
            {
                _unacknowledged ??= message;
            }
        }
        else if (message.Method == "BYE")
        {
            _phone.Reply(message, 200);
        }
        else if (message.Method is "INVITE" or "UPDATE" && _arrived.Add(message.Branch))
        {
            _asked.Add(message);
        }
    }

    private bool MaySend(string method) => !IsOver && (method != "INVITE" || (!HasOwnInvite && _asked.TrueForAll(asked => asked.Method != "INVITE")));

    private void Send(string method, string refresher, string sdp)
    {
        if (method == "INVITE")
        {
            (_ownInvite, _unacknowledged, _answeredAt) = (_dialog.CSeq + 1, null, null);
        }
        Tell(">", $"{method} {_dialog.CSeq + 1}");
        string branch = _dialog.Send(method, TimerCall.Expires(90, refresher), sdp);
        _inviteBranch = method == "INVITE" ? branch : _inviteBranch;
    }

    private void Require(bool holds, WireMessage message, string rule) => Assert.True(holds,
        $"{rule}, on the leg of {_phone.Number}: {message}\n{string.Join('\n', _story.TakeLast(30))}");

    private void Tell(string direction, string what) =>
        _story.Add(string.Create(CultureInfo.InvariantCulture, $"{(_world.Now.Ticks / 1e7) - 3600:0.000} {direction} {what}"));
}
