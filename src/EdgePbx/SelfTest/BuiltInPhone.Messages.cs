using System.Security.Cryptography;
using System.Text;
using EdgePbx.Core;

namespace EdgePbx;

// what it says, byte by byte
internal partial class BuiltInPhone
{
    /// <summary>The session interval that a built-in phone asks for, in seconds: the shortest that RFC 4028 allows.</summary>
    public const uint SessionSeconds = 90;

    private const string Allow = "INVITE, ACK, BYE, CANCEL";

    private string ContactAddress => $"<sip:{Number}@{_socket.Local}>";

    private void SendRequest(PhoneDialog dialog, SipMethod method, string credentials = "")
    {
        dialog.CSeq++;
        dialog.Branch = NewBranch();
        SipWriter writer = BeginRequest(dialog, method, dialog.RemoteAddress);
        Line(ref writer, HeaderName.Contact, ContactAddress);
        if (credentials.Length > 0)
        {
            Line(ref writer, HeaderName.Authorization, credentials);
        }
        if (method == SipMethod.Register)
        {
            writer.Header(HeaderName.Expires, 60);
        }
        if (method == SipMethod.Invite)
        {
            Line(ref writer, HeaderName.Allow, Allow);
            writer.Header(HeaderName.Supported, "timer"u8);
            writer.Header(HeaderName.SessionExpires, SessionSeconds);
            writer.Header(HeaderName.MinSe, SessionSeconds);
            writer.Body("application/sdp"u8, Offer());
        }
        else
        {
            writer.NoBody();
        }
        _ = Send(writer);
    }

    /// <summary>For a 2xx: a request of its own (RFC 3261 13.2.2.4).</summary>
    private void SendAck(PhoneDialog dialog)
    {
        dialog.Branch = NewBranch();
        SipWriter writer = BeginRequest(dialog, SipMethod.Ack, dialog.RemoteAddress);
        writer.NoBody();
        dialog.LastAnswer = Send(writer);
    }

    /// <summary>For 300 to 699: part of the INVITE's transaction, with its branch and the response's To (RFC 3261 17.1.1.3).</summary>
    private void SendAckToRefusal(PhoneDialog dialog, SipMessage response)
    {
        SipWriter writer = BeginRequest(dialog, SipMethod.Ack, Encoding.UTF8.GetString(response.First(HeaderName.To)));
        writer.NoBody();
        _ = Send(writer);
    }

    /// <summary>180 or 200 to the INVITE that called us.</summary>
    private void SendAnswer(PhoneDialog dialog, int status)
    {
        SipWriter writer = BeginResponse(dialog.Invitation!, status, TagOf(dialog));
        Line(ref writer, HeaderName.Contact, ContactAddress);
        if (status < 200)
        {
            writer.NoBody();
        }
        else
        {
            Line(ref writer, HeaderName.Allow, Allow);
            writer.Header(HeaderName.Supported, "timer"u8);
            if (dialog.SessionSeconds > 0)
            {
                writer.Header(HeaderName.Require, "timer"u8);
                Line(ref writer, HeaderName.SessionExpires, $"{dialog.SessionSeconds};refresher=uac");
            }
            writer.Body("application/sdp"u8, Offer());
        }
        dialog.LastAnswer = Send(writer);
    }

    private void SendResponse(SipMessage request, int status)
    {
        SipWriter writer = BeginResponse(request, status, NewTag());
        writer.NoBody();
        _ = Send(writer);
    }

    private SipWriter BeginRequest(PhoneDialog dialog, SipMethod method, string to)
    {
        var writer = new SipWriter(_scratch);
        writer.RequestLine(method, Encoding.UTF8.GetBytes(dialog.Target));
        Line(ref writer, HeaderName.Via, $"SIP/2.0/UDP {_socket.Local};rport;branch={dialog.Branch}");
        writer.Header(HeaderName.MaxForwards, 70);
        Line(ref writer, HeaderName.From, dialog.LocalAddress);
        Line(ref writer, HeaderName.To, to);
        Line(ref writer, HeaderName.CallId, dialog.CallId);
        writer.BeginHeader(HeaderName.CSeq);
        writer.Raw(dialog.CSeq);
        writer.Raw(" "u8);
        writer.Raw(SipMethods.NameOf(method));
        writer.EndHeader();
        return writer;
    }

    private SipWriter BeginResponse(SipMessage request, int status, string toTag)
    {
        var writer = new SipWriter(_scratch);
        SipResponse.Begin(ref writer, request, status, default, Encoding.UTF8.GetBytes(toTag), default);
        SipResponse.CopyRecordRoutes(ref writer, request);
        return writer;
    }

    private byte[] Send(SipWriter writer)
    {
        byte[] message = writer.TryComplete(out int length) ? _scratch[..length] : [];
        _socket.Send(message, _server);
        return message;
    }

    /// <summary>PCMU alone: offer and answer are the same (RFC 3264).</summary>
    private byte[] Offer() => Encoding.UTF8.GetBytes(
        $"v=0\r\no=- {Number} 1 IN IP4 {_media.Address}\r\ns=-\r\nc=IN IP4 {_media.Address}\r\nt=0 0\r\n"
        + $"m=audio {_media.Port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=ptime:20\r\n");

    private static string TagOf(PhoneDialog dialog) => dialog.LocalAddress[(dialog.LocalAddress.LastIndexOf('=') + 1)..];

    private static string NewBranch() => $"z9hG4bK{RandomNumberGenerator.GetHexString(16, lowercase: true)}";

    private static void Line(ref SipWriter writer, HeaderName name, string value)
    {
        writer.BeginHeader(name);
        writer.Raw(value);
        writer.EndHeader();
    }
}
