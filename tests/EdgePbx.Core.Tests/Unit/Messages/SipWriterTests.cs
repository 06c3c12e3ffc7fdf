using static EdgePbx.Core.Tests.TestMessages;

namespace EdgePbx.Core.Tests;

public class SipWriterTests
{
    [Fact]
    public void A_request_is_written_line_by_line()
    {
        byte[] buffer = new byte[512];
        var writer = new SipWriter(buffer);
        writer.RequestLine(SipMethod.Bye, "sip:a@b"u8);
        writer.Header(HeaderName.MaxForwards, 70);
        writer.Header("X-Own"u8, "value"u8);
        writer.BeginHeader(HeaderName.Contact);
        writer.Raw("<sip:"u8);
        writer.Raw("zoë");
        writer.Raw("@"u8);
        writer.Raw(NetAddress.LoopbackV4);
        writer.Raw(":"u8);
        writer.Raw(5060);
        writer.Raw(">"u8);
        writer.EndHeader();
        writer.NoBody();

        Assert.True(writer.TryComplete(out int length));
        Assert.Equal("""
            BYE sip:a@b SIP/2.0
            Max-Forwards: 70
            X-Own: value
            Contact: <sip:zoë@127.0.0.1:5060>
            Content-Length: 0


            """.ReplaceLineEndings("\r\n"), Text(buffer.AsSpan(0, length)));
    }

    [Fact]
    public void A_body_brings_its_type_and_length()
    {
        byte[] buffer = new byte[512];
        var writer = new SipWriter(buffer);
        writer.StatusLine(200, "OK"u8);
        writer.Body("text/plain"u8, "four"u8);

        Assert.True(writer.TryComplete(out int length));
        Assert.Equal("SIP/2.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nfour", Text(buffer.AsSpan(0, length)));
    }

    [Fact]
    public void What_does_not_fit_is_told_at_the_end_and_nothing_is_written_after_it()
    {
        foreach (int size in Enumerable.Range(0, 40))
        {
            byte[] buffer = new byte[size + 1];
            var writer = new SipWriter(buffer.AsSpan(0, size));
            writer.RequestLine("PING"u8, "sip:a@b"u8);
            writer.Raw(123);
            writer.Raw("four");
            writer.Raw(NetAddress.FromBytes([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]));

            Assert.Equal(size >= 43, writer.TryComplete(out int length));
            Assert.True(writer.HasOverflowed && length == 0 && writer.Length <= size && buffer[size] == 0);
        }
    }

    [Fact]
    public void A_short_piece_after_a_long_one_that_did_not_fit_is_not_written_either()
    {
        byte[] buffer = new byte[8];
        var writer = new SipWriter(buffer);
        writer.Raw("far too long"u8);
        writer.Raw("a"u8);
        writer.Raw("b");
        writer.Raw(1);
        writer.Raw(NetAddress.LoopbackV4);

        Assert.False(writer.TryComplete(out _));
        Assert.Equal(new byte[8], buffer);
    }

    [Fact]
    public void An_address_can_be_written_without_its_brackets()
    {
        byte[] buffer = new byte[64];
        var writer = new SipWriter(buffer);
        writer.Raw("="u8);
        writer.RawBare(NetAddress.FromBytes([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]));
        writer.Raw(";"u8);
        writer.RawBare(NetAddress.LoopbackV4);

        Assert.True(writer.TryComplete(out int length));
        Assert.Equal("=2001:db8::1;127.0.0.1", Text(buffer.AsSpan(0, length)));
    }

    [Theory]
    [InlineData(100, "Trying")]
    [InlineData(180, "Ringing")]
    [InlineData(200, "OK")]
    [InlineData(202, "Accepted")]
    [InlineData(302, "Moved Temporarily")]
    [InlineData(404, "Not Found")]
    [InlineData(422, "Session Interval Too Small")]
    [InlineData(481, "Call/Transaction Does Not Exist")]
    [InlineData(499, "Bad Request")]
    [InlineData(503, "Service Unavailable")]
    [InlineData(599, "Server Internal Error")]
    [InlineData(603, "Decline")]
    [InlineData(699, "Global Failure")]
    public void Each_status_has_a_phrase(int status, string phrase) => Assert.Equal(phrase, Text(SipResponse.PhraseOf(status)));
}
