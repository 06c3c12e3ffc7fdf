using System.Text;

namespace EdgePbx.Core.Tests;

/// <summary>Messages for the tests of this folder, and the short way to parse one.</summary>
internal static class TestMessages
{
    /// <summary>Text with bare LF, as C# writes it, becomes a message with CR LF.</summary>
    internal static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(
        text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal));

    internal static SipMessage Parse(string text) => Parse(Bytes(text));

    internal static SipMessage Parse(byte[] bytes, bool isStream = false)
    {
        var message = new SipMessage();
        Assert.True(SipParser.TryParse(bytes, bytes.Length, isStream, message, out SipParseError error), error.ToString());
        return message;
    }

    internal static SipParseError Refuse(string text, SipMessage? into = null) => Refuse(Bytes(text), isStream: false, into);

    internal static SipParseError Refuse(byte[] bytes, bool isStream, SipMessage? into = null)
    {
        Assert.False(SipParser.TryParse(bytes, bytes.Length, isStream, into ?? new SipMessage(), out SipParseError error));
        Assert.False(string.IsNullOrEmpty(error.Reason));
        return error;
    }

    internal static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    /// <summary>An OPTIONS with room for more header lines, each ending in a line break.</summary>
    internal static string Options(string headers = "", string requestUri = "sip:1000@pbx.example.com", string body = "") =>
        $"""
        OPTIONS {requestUri} SIP/2.0
        Via: SIP/2.0/UDP 192.0.2.7:5062;branch=z9hG4bK-1
        Max-Forwards: 70
        From: <sip:1001@example.com>;tag=a1
        To: <sip:1000@example.com>
        Call-ID: one@192.0.2.7
        CSeq: 1 OPTIONS
        {headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}


        """ + body;
}
