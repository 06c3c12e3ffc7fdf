using static EdgePbx.Core.Tests.TestMessages;

namespace EdgePbx.Core.Tests;

/// <summary>RFC 3261 section 18.3, in datagrams and in streams.</summary>
[Trait("Clause", "C-43")]
public class FramingTests
{
    [Fact]
    public void In_a_datagram_what_follows_the_body_is_ignored()
    {
        SipMessage message = Parse(Options(body: "body") + "and more");

        Assert.Equal("body", Text(message.Body));
        Assert.EndsWith("body", Text(message.Bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_datagram_a_body_shorter_than_its_length_is_a_bad_request()
    {
        byte[] whole = Bytes(Options(body: "body"));

        SipParseError error = Refuse(whole[..^1], isStream: false);

        Assert.Equal((400, "Body Shorter Than Content-Length"), (error.Status, error.Reason));
    }

    [Fact]
    public void In_a_datagram_without_length_the_body_goes_to_the_end() =>
        Assert.Equal("all of it", Text(Parse(Options().Replace("Content-Length: 0\n", "", StringComparison.Ordinal) + "all of it").Body));

    [Fact]
    public void In_a_stream_the_length_is_mandatory()
    {
        byte[] without = Bytes(Options().Replace("Content-Length: 0\n", "", StringComparison.Ordinal));

        Assert.Equal((400, "Missing Content-Length"), (Refuse(without, isStream: true).Status, Refuse(without, isStream: true).Reason));
        Assert.Equal(FrameResult.Invalid, SipStreamFramer.Next(without, out int consumed, out int length));
        Assert.Equal((without.Length, without.Length), (consumed, length));
    }

    [Fact]
    public void A_message_comes_out_of_a_stream_however_it_was_cut()
    {
        byte[] stream = Bytes(SampleInvite.Text + Options() + Options(body: "body"));
        foreach (int segment in (int[])[1, 2, 3, 7, 64, 500, stream.Length])
        {
            Assert.Equal(["INVITE", "OPTIONS", "OPTIONS"], ReadInSegments(stream, segment));
        }
    }

    [Theory]
    [InlineData("Content-Length: 4")]
    [InlineData("content-length:4")]
    [InlineData("l  :  4  ")]
    [InlineData("L:\n 4")]
    [InlineData("Content-Length: \n\t04 ")]
    public void The_length_is_found_however_it_is_written(string line)
    {
        byte[] bytes = Bytes(Options(body: "body").Replace("Content-Length: 4", line, StringComparison.Ordinal) + "NEXT");

        Assert.Equal(FrameResult.Message, SipStreamFramer.Next(bytes, out int consumed, out int length));

        Assert.Equal((bytes.Length - 4, bytes.Length - 4), (consumed, length));
        Assert.Equal("body", Text(Parse(bytes[..length], isStream: true).Body));
    }

    [Theory]
    [InlineData("Content-Length: -1")]
    [InlineData("Content-Length: four")]
    [InlineData("Content-Length: ")]
    [InlineData("Content-Length: 99999999999")]
    [InlineData("Content-Length: 4\nl: 5")]
    [InlineData("X-Content-Length: 4")]
    public void A_stream_whose_length_cannot_be_known_is_given_up(string line)
    {
        byte[] bytes = Bytes(Options(body: "body").Replace("Content-Length: 4", line, StringComparison.Ordinal));

        Assert.Equal(FrameResult.Invalid, SipStreamFramer.Next(bytes, out int consumed, out int length));

        Assert.Equal(bytes.Length, consumed);
        Assert.Contains(Refuse(bytes[..length], isStream: true).Status, (int[])[400, 413]);
    }

    [Theory]
    [Trait("Clause", "U-29")]
    [InlineData("\r\n\r\n", FrameResult.KeepAlivePing, 4)]
    [InlineData("\r\n\r\n\r\n", FrameResult.KeepAlivePing, 4)]
    [InlineData("\r\nOPTIONS", FrameResult.KeepAlivePong, 2)]
    [InlineData("\r\n\rO", FrameResult.KeepAlivePong, 2)]
    [InlineData("", FrameResult.NeedMore, 0)]
    [InlineData("\r", FrameResult.NeedMore, 0)]
    [InlineData("\r\n", FrameResult.NeedMore, 0)] // half a ping, perhaps
    [InlineData("\r\n\r", FrameResult.NeedMore, 0)]
    [InlineData("\rO", FrameResult.KeepAlivePong, 1)]
    public void Keep_alives_are_told_from_messages(string text, FrameResult expected, int consumed) // RFC 5626 3.5.1
    {
        Assert.Equal(expected, SipStreamFramer.Next(System.Text.Encoding.ASCII.GetBytes(text), out int used, out int length));
        Assert.Equal((consumed, 0), (used, length));
    }

    [Theory, Trait("Clause", "BUG-10")]
    [InlineData("\r\n\0")]
    [InlineData("\0\0\0\0")]
    [InlineData("\0\r\n\r\n")]
    [InlineData("\n")]
    [InlineData("\n\n\r")]
    [InlineData(" \t ")]
    [InlineData("\r\r\r")]
    [InlineData("\r\n \r\n\0\r\n\r\n\r\n")]
    public void White_space_and_zeros_between_messages_lose_none_of_them(string between)
    {
        byte[] stream = Bytes(between + Options() + between + Options(body: "body") + between);
        foreach (int segment in (int[])[1, 2, 3, 64, stream.Length])
        {
            byte[] buffered = [];
            int messages = 0;
            for (int sent = 0; sent < stream.Length; sent += segment)
            {
                buffered = [.. buffered, .. stream[sent..Math.Min(sent + segment, stream.Length)]];
                FrameResult result;
                while ((result = SipStreamFramer.Next(buffered, out int consumed, out int length)) != FrameResult.NeedMore)
                {
                    Assert.NotEqual(FrameResult.Invalid, result);
                    messages += result == FrameResult.Message ? 1 : 0;
                    Assert.True(result != FrameResult.Message || Text(buffered[..length]).StartsWith("OPTIONS", StringComparison.Ordinal));
                    buffered = buffered[consumed..];
                }
            }
            Assert.Equal(2, messages);
        }
    }

    [Theory, Trait("Clause", "BUG-10")]
    [InlineData("\u0016\u0003\u0001\u0002")] // TLS
    [InlineData("\u0001OPTIONS")]
    [InlineData("<xml/>")]
    [InlineData("no start line\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("0\r\nContent-Length: 0\r\n\r\n")]
    public void What_begins_no_message_gives_the_stream_up(string text)
    {
        byte[] bytes = System.Text.Encoding.ASCII.GetBytes(text);
        Assert.Equal(FrameResult.Invalid, SipStreamFramer.Next(bytes, out int consumed, out _));
        Assert.Equal(bytes.Length, consumed);
    }

    private static List<string> ReadInSegments(byte[] stream, int segment)
    {
        var methods = new List<string>();
        byte[] buffered = [];
        for (int sent = 0; sent < stream.Length; sent += segment)
        {
            buffered = [.. buffered, .. stream[sent..Math.Min(sent + segment, stream.Length)]];
            while (SipStreamFramer.Next(buffered, out int consumed, out int length) == FrameResult.Message)
            {
                methods.Add(Text(Parse(buffered[..length], isStream: true).MethodName));
                buffered = buffered[consumed..];
            }
        }
        Assert.Empty(buffered);
        return methods;
    }
}
