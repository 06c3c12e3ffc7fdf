using System.Security.Cryptography;
using System.Text;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>
/// A phone with what one call after another needs and no more: it registers, calls, is called and hangs up, over UDP,
/// when it is told to. It retransmits nothing, since loopback loses nothing, but knows a copy when it gets one.
/// </summary>
internal partial class BuiltInPhone : IDisposable
{
    private readonly PhoneSocket _socket;
    private readonly NetEndpoint _server;
    private readonly string _secret;
    private readonly NetEndpoint _media;
    private readonly byte[] _scratch = new byte[SipLimits.MessageBytes];
    private readonly SipMessage _message = new();
    private PhoneDialog? _registration;

    /// <param name="poll">Waits for its messages.</param>
    /// <param name="extension">Who it is.</param>
    /// <param name="server">Whom it asks.</param>
    /// <param name="media">Where it wants its packets.</param>
    /// <exception cref="ListenException">The system has no socket for it.</exception>
    public BuiltInPhone(PollSet poll, ExtensionSettings extension, NetEndpoint server, NetEndpoint media)
    {
        (Number, _secret, _server, _media) = (extension.Number, extension.Secret, server, media);
        _socket = new PhoneSocket(poll, SipLimits.MessageBytes, Receive);
    }

    public string Number { get; }
    public NetEndpoint Local => _socket.Local;
    public PhoneDialog? Call { get; private set; }
    public virtual string SendProblem => _socket.SendProblem;
    public PhoneState? Registration => _registration?.State;

    /// <summary>Status and words of the last refusal; empty if there was none.</summary>
    public string Refusal => Call?.Refusal ?? _registration?.Refusal ?? "";

    public void Register()
    {
        _registration = NewDialog(Number, $"sip:{_server}");
        SendRequest(_registration, SipMethod.Register);
    }

    public void Dial(string number)
    {
        Call = NewDialog(number, $"sip:{number}@{_server}");
        SendRequest(Call, SipMethod.Invite);
    }

    /// <summary>Takes the call that rings.</summary>
    public void Answer() => SendAnswer(Call!, 200);

    public void HangUp() => SendRequest(Call!, SipMethod.Bye);

    /// <summary>What is left of an ended call is forgotten.</summary>
    public void Forget() => Call = null;

    public virtual void Dispose()
    {
        GC.SuppressFinalize(this);
        _socket.Dispose();
    }

    private PhoneDialog NewDialog(string number, string target) => new()
    {
        CallId = RandomNumberGenerator.GetHexString(24, lowercase: true),
        LocalAddress = $"<sip:{Number}@{_server}>;tag={NewTag()}",
        RemoteAddress = $"<sip:{number}@{_server}>",
        Target = target,
    };

    private static string NewTag() => RandomNumberGenerator.GetHexString(16, lowercase: true);

    private PhoneDialog? Find(SipMessage message) =>
        Call?.Is(message) == true ? Call : _registration?.Is(message) == true ? _registration : null;

    private void Receive(byte[] bytes, int length)
    {
        if (!SipParser.TryParse(bytes, length, isStream: false, _message, out _))
        {
            return; // whoever waits for it says that nothing came
        }
        if (_message.IsRequest)
        {
            OnRequest(_message);
        }
        else if (Find(_message) is { } dialog)
        {
            OnResponse(dialog, _message);
        }
    }

    private void OnResponse(PhoneDialog dialog, SipMessage response)
    {
        int status = response.StatusCode;
        bool isToInvite = response.CSeqMethod == SipMethod.Invite;
        if (isToInvite && status is >= 200 and < 300 && dialog.LastAnswer.Length > 0)
        {
            _socket.Send(dialog.LastAnswer, _server); // a copy of the 200, to which our ACK came too late
        }
        else if (response.CSeqNumber != dialog.CSeq)
        {
            return; // a copy of something older
        }
        else if (status < 200)
        {
            dialog.HasRung |= status == 180;
        }
        else if (status < 300)
        {
            OnSuccess(dialog, response);
        }
        else
        {
            if (isToInvite)
            {
                SendAckToRefusal(dialog, response);
            }
            OnRefusal(dialog, response);
        }
    }

    private void OnSuccess(PhoneDialog dialog, SipMessage response)
    {
        if (response.CSeqMethod == SipMethod.Bye)
        {
            dialog.State = PhoneState.Ended;
            return;
        }
        dialog.State = PhoneState.Established;
        if (response.CSeqMethod != SipMethod.Invite)
        {
            return;
        }
        dialog.RemoteAddress = Encoding.UTF8.GetString(response.First(HeaderName.To));
        dialog.Target = UriIn(response, HeaderName.Contact);
        Learn(dialog, response);
        SendAck(dialog);
    }

    private void OnRefusal(PhoneDialog dialog, SipMessage response)
    {
        string method = Encoding.UTF8.GetString(response.CSeqMethodName);
        if (response.StatusCode == 401 && !dialog.IsAuthorized
            && PhoneCredentials.Answer(response, Number, _secret, method, dialog.Target) is { Length: > 0 } credentials)
        {
            dialog.IsAuthorized = true;
            SendRequest(dialog, response.CSeqMethod, credentials);
            return;
        }
        dialog.State = PhoneState.Refused;
        dialog.Refusal = $"{response.StatusCode} {Encoding.UTF8.GetString(response.ReasonPhrase)}";
    }

    private void OnRequest(SipMessage request)
    {
        PhoneDialog? dialog = Find(request);
        switch (request.Method)
        {
            case SipMethod.Invite when dialog is null:
                Ring(request);
                break;
            case SipMethod.Invite:
                _socket.Send(dialog.LastAnswer, _server); // a copy
                break;
            case SipMethod.Ack:
                if (dialog is { State: PhoneState.Ringing })
                {
                    dialog.State = PhoneState.Established;
                }
                break;
            case SipMethod.Bye:
                SendResponse(request, dialog is null ? 481 : 200);
                if (dialog is not null)
                {
                    dialog.State = PhoneState.Ended;
                }
                break;
            default:
                SendResponse(request, 501);
                break;
        }
    }

    private void Ring(SipMessage invite)
    {
        byte[] copy = invite.Bytes.ToArray();
        var invitation = new SipMessage();
        invite.CopyIndexTo(invitation, copy);
        Call = new PhoneDialog
        {
            CallId = Encoding.UTF8.GetString(invite.CallId),
            LocalAddress = $"{Encoding.UTF8.GetString(invite.First(HeaderName.To))};tag={NewTag()}",
            RemoteAddress = Encoding.UTF8.GetString(invite.First(HeaderName.From)),
            Target = UriIn(invite, HeaderName.Contact),
            Invitation = invitation,
            State = PhoneState.Ringing,
        };
        Learn(Call, invite);
        SendAnswer(Call, 180);
    }

    private static void Learn(PhoneDialog dialog, SipMessage message)
    {
        ReadOnlySpan<byte> interval = message.First(HeaderName.SessionExpires);
        dialog.SessionSeconds = SessionExpires.TryParse(interval, out SessionExpires expires) ? expires.Seconds : 0;
        if (SdpSession.TryParse(message.Body, out SdpSession? session, out _) && session!.Media is [SdpMedia audio, ..])
        {
            dialog.RemoteRtp = audio.Rtp;
        }
    }

    private static string UriIn(SipMessage message, HeaderName name) =>
        NameAddress.TryParse(message.First(name), out NameAddress address) ? Encoding.UTF8.GetString(address.Uri) : "";
}
