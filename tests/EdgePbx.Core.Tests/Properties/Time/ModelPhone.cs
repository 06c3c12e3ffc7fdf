using System.Globalization;

namespace EdgePbx.Core.Tests;

/// <summary>A phone in a call that answers when and how a history says, and holds the box to the rules of one dialog meanwhile.</summary>
internal sealed class ModelPhone
{
    private readonly PbxWorld _world;
    private readonly Phone _phone;
    private readonly PhoneDialog _dialog;
    private readonly List<WireMessage> _asked = [];
    private readonly HashSet<string> _seen = [];
    private readonly Dictionary<string, string> _shown = [];
    private readonly List<string> _story = [];
    private WireMessage? _unacknowledged;
    private WireMessage? _openInvite;
    private uint _highest;
    private int _version = 1;
    private uint? _ownInvite;
    private Instant _answeredAt;
    private bool _isOver;

    public ModelPhone(PbxWorld world, Phone phone, PhoneDialog dialog)
    {
        (_world, _phone, _dialog) = (world, phone, dialog);
        phone.Inbox.Clear();
        phone.Answers = message =>
        {
            Tell("<", message.ToString());
            if (message.IsResponse)
            {
                OnResponse(message);
            }
            else
            {
                OnRequest(message);
            }
            return true;
        };
    }

    /// <summary>The box has hung up, or this phone has.</summary>
    public bool IsOver => _isOver;

    /// <summary>An INVITE of this phone has no final response, or that has no ACK and the box may still wait for it (timer H).</summary>
    private bool HasOwnInvite => _ownInvite is { } cseq && !(_unacknowledged is { } final && final.CSeq == cseq && _world.Now - _answeredAt >= SipTimers.Timeout);

    public void Refresh(string method, string refresher)
    {
        if (!_isOver && !(method == "INVITE" && (HasOwnInvite || _openInvite is not null)))
        {
            Send(method, refresher, method == "INVITE" ? _dialog.Sdp : "");
        }
    }

    public void Change(string method, string direction)
    {
        if (!_isOver && !(method == "INVITE" && (HasOwnInvite || _openInvite is not null)))
        {
            _dialog.Sdp = _phone.Sdp(_dialog.IsCaller ? 40000 : 41000, ++_version, direction);
            Send(method, "uac", _dialog.Sdp);
        }
    }

    public void Answer(int status, string extra)
    {
        if (_asked.Count == 0)
        {
            return;
        }
        WireMessage request = _asked[0];
        bool isInvite = request.Method == "INVITE";
        if (status < 200 && !isInvite)
        {
            return;
        }
        if (status >= 200)
        {
            _asked.RemoveAt(0);
            _openInvite = request == _openInvite ? null : _openInvite;
        }
        bool hasAnswer = status == 200 && request.Body.Length > 0;
        Tell(">", $"{status} ({request["CSeq"]})");
        _phone.Reply(request, status, extra: extra, body: hasAnswer ? _dialog.Sdp : "");
    }

    public void Acknowledge()
    {
        if (_unacknowledged is { } response)
        {
            _unacknowledged = null;
            _ownInvite = null;
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
    }

    public void HangUp()
    {
        if (!_isOver)
        {
            _isOver = true;
            _dialog.Bye();
        }
    }

    private void OnResponse(WireMessage response)
    {
        if (response.Method != "INVITE" || response.Status < 200)
        {
            return;
        }
        Show(response);
        if (_unacknowledged is null && _ownInvite == response.CSeq)
        {
            (_unacknowledged, _answeredAt) = (response, _world.Now);
        }
    }

    private void Send(string method, string refresher, string sdp)
    {
        if (method == "INVITE")
        {
            (_ownInvite, _unacknowledged) = (_dialog.CSeq + 1, null);
        }
        Tell(">", $"{method} {_dialog.CSeq + 1}");
        _ = _dialog.Send(method, TimerCall.Expires(90, refresher), sdp);
    }

    private void OnRequest(WireMessage request)
    {
        if (request.Method == "ACK")
        {
            return;
        }
        if (!_seen.Add(request.Branch + request.Method))
        {
            Require(!_isOver || request.Method == "BYE", request, "ST-33: repeated after the end");
            return;
        }
        Require(!_isOver, request, "ST-33: sent after the end");
        Require(request.CSeq > _highest || (request.Method == "CANCEL" && request.CSeq == _openInvite?.CSeq), request, "C-03: CSeq must grow");
        _highest = request.CSeq;
        Show(request);
        switch (request.Method)
        {
            case "BYE":
                _isOver = true;
                _phone.Reply(request, 200);
                break;
            case "INVITE":
                Require(_openInvite is null, request, "C-28: a second INVITE while one of the box is open");
                Require(!HasOwnInvite, request, "C-28: an INVITE while one of the phone is open");
                _openInvite = request;
                _asked.Add(request);
                break;
            case "UPDATE":
                _asked.Add(request);
                break;
            case "CANCEL":
                break; // lost, or not answered: the box must not wait for it
            default:
                Require(false, request, "not expected in this story");
                break;
        }
    }

    /// <summary>O-04: one version is one text, for the whole life of the dialog.</summary>
    private void Show(WireMessage message)
    {
        if (message.Body.Length > 0)
        {
            string origin = message.Sdp("o=");
            Require(!_shown.TryGetValue(origin, out string? known) || known == message.Body, message, "O-04: the same version says something else");
            _shown[origin] = message.Body;
        }
    }

    private void Require(bool holds, WireMessage message, string rule) => Assert.True(holds,
        $"{rule}, on the leg of {_phone.Number}: {message}\n{string.Join('\n', _story.TakeLast(30))}");

    private void Tell(string direction, string what) =>
        _story.Add(string.Create(CultureInfo.InvariantCulture, $"{(_world.Now.Ticks / 1e7) - 3600:0.000} {direction} {what}"));
}
