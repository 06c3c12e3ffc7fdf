using System.Text;
using static EdgePbx.Core.Tests.TestMessages;

namespace EdgePbx.Core.Tests;

/// <summary>Each limit on a message at the limit and one past it.</summary>
public class SipParserLimitTests
{
    private static readonly int OwnHeaders = Parse(Options()).HeaderCount;

    [Fact]
    public void As_many_headers_as_the_limit_allows_are_read_and_one_more_is_refused()
    {
        Assert.Equal(SipLimits.Headers, Parse(Options(Subjects(SipLimits.Headers - OwnHeaders))).HeaderCount);

        SipParseError error = Refuse(Options(Subjects(SipLimits.Headers - OwnHeaders + 1)));
        Assert.Equal((400, "Too Many Header Fields"), (error.Status, error.Reason));
    }

    [Fact]
    public void A_header_line_as_long_as_the_limit_is_read_and_a_longer_one_is_refused()
    {
        SipMessage message = Parse(Options(Line(SipLimits.HeaderLineBytes)));
        Assert.Equal(SipLimits.HeaderLineBytes - "Subject: ".Length, message.First(HeaderName.Subject).Length);

        SipParseError error = Refuse(Options(Line(SipLimits.HeaderLineBytes + 1)));
        Assert.Equal((400, "Header Field Too Long"), (error.Status, error.Reason));
    }

    [Fact]
    public void A_folded_line_counts_as_a_whole()
    {
        string half = new('x', SipLimits.HeaderLineBytes / 2);

        Assert.Equal(400, Refuse(Options($"Subject: {half}\n {half}\n")).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_message_as_long_as_the_limit_is_read_and_a_longer_one_is_too_large(bool isStream)
    {
        byte[] largest = OfLength(SipLimits.MessageBytes);
        Assert.Equal(SipLimits.MessageBytes, Parse(largest, isStream).Bytes.Length);

        SipParseError error = Refuse(OfLength(SipLimits.MessageBytes + 1), isStream);
        Assert.Equal((413, "Message Too Large"), (error.Status, error.Reason));
    }

    [Fact]
    public void A_content_length_past_the_limit_is_too_large_even_if_the_body_is_not_there()
    {
        Assert.Equal(413, Refuse(Options().Replace("Content-Length: 0", "Content-Length: 65536", StringComparison.Ordinal)).Status);
        Assert.Equal(400, Refuse(Options().Replace("Content-Length: 0", "Content-Length: 60000", StringComparison.Ordinal)).Status);
    }

    [Fact]
    [Trait("Clause", "C-43")]
    public void A_stream_takes_a_message_as_long_as_the_limit_and_gives_up_on_a_longer_one()
    {
        Assert.Equal(FrameResult.Message, SipStreamFramer.Next(OfLength(SipLimits.MessageBytes), out int consumed, out int length));
        Assert.Equal((SipLimits.MessageBytes, SipLimits.MessageBytes), (consumed, length));

        byte[] tooLong = OfLength(SipLimits.MessageBytes + 1);
        Assert.Equal(FrameResult.Invalid, SipStreamFramer.Next(tooLong, out consumed, out length));
        Assert.Equal(tooLong.Length, consumed);
        Assert.Equal(413, Refuse(tooLong[..length], isStream: true).Status); // its head, for the answer
    }

    [Fact]
    public void A_stream_without_an_end_of_headers_is_given_up_at_the_limit()
    {
        byte[] endless = Encoding.ASCII.GetBytes("OPTIONS sip:a@b SIP/2.0\r\nSubject: " + new string('x', SipLimits.MessageBytes));

        Assert.Equal(FrameResult.NeedMore, SipStreamFramer.Next(endless.AsSpan(0, SipLimits.MessageBytes - 1), out _, out _));
        Assert.Equal(FrameResult.Invalid, SipStreamFramer.Next(endless.AsSpan(0, SipLimits.MessageBytes), out _, out int length));
        Assert.Equal(0, length);
    }

    private static string Subjects(int count) => string.Concat(Enumerable.Repeat("Organization: one more\n", count));

    private static string Line(int length) => "Subject: " + new string('x', length - "Subject: ".Length) + "\n";

    private static byte[] OfLength(int length)
    {
        int head = Bytes(Options(body: new string('b', 60_000))).Length - 60_000;
        byte[] message = Bytes(Options(body: new string('b', length - head)));
        Assert.Equal(length, message.Length);
        return message;
    }
}
