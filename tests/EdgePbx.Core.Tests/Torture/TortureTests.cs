using static EdgePbx.Core.Tests.TestMessages;

namespace EdgePbx.Core.Tests;

/// <summary>The parser's side of RFC 4475 and RFC 5118; what the engine answers is data in the cases.</summary>
public class TortureTests
{
    public static TheoryData<string> Names => [.. TortureCases.All.Select(c => c.Name)];

    [Fact]
    public void Every_case_of_both_RFCs_is_there_once()
    {
        List<string> of4475 = Sections("RFC 4475");
        Assert.Equal(TortureCases.CountOfRfc4475, of4475.Count);
        Assert.Equal(TortureCases.CountOfRfc4475, of4475.Distinct().Count()); // each has a section of its own
        Assert.Equal(TortureCases.CountOfRfc5118, Sections("RFC 5118").Count);
        Assert.Equal(TortureCases.All.Count, TortureCases.All.Select(c => c.Name).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_parser_makes_of_it_what_the_RFC_says(string name)
    {
        TortureCase torture = TortureCases.Find(name);
        byte[] buffer = [.. torture.Bytes];

        bool parsed = SipParser.TryParse(buffer, buffer.Length, isStream: false, new SipMessage(), out SipParseError error);

        Assert.True(torture.Outcome == (parsed ? ParserOutcome.Valid : (ParserOutcome)error.Status), $"{torture}: {error}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_refused_can_be_answered_and_what_is_read_can_be_read_again(string name)
    {
        TortureCase torture = TortureCases.Find(name);
        byte[] buffer = [.. torture.Bytes];
        var message = new SipMessage();
        bool parsed = SipParser.TryParse(buffer, buffer.Length, isStream: false, message, out SipParseError error);
        if (!message.IsRequest)
        {
            Assert.Equal(0, error.Status);
            return;
        }
        byte[] answer = new byte[SipLimits.MessageBytes];
        var writer = new SipWriter(answer);

        var source = new NetEndpoint(NetAddress.FromV4(198, 51, 100, 99), 5099);
        SipResponse.Begin(ref writer, message, parsed ? 200 : error.Status, default, "totag"u8, source);
        writer.NoBody();

        Assert.True(writer.TryComplete(out int length));
        Assert.Equal(parsed || CanBeQuoted(torture.Name), SipParser.TryParse(answer, length, isStream: true, new SipMessage(), out _));
    }

    [Theory]
    [Trait("Clause", "C-43")]
    [InlineData("clerr", FrameResult.NeedMore)] // "not much the receiving party could do but wait for more data"
    [InlineData("ncl", FrameResult.Invalid)]
    [InlineData("mcl01", FrameResult.Invalid)]
    [InlineData("dblreq", FrameResult.Message)]
    [InlineData("mpart01", FrameResult.Message)]
    public void On_a_stream_the_length_decides(string name, FrameResult expected)
    {
        byte[] bytes = TortureCases.Find(name).Bytes;

        FrameResult result = SipStreamFramer.Next(bytes, out int consumed, out int length);

        Assert.Equal(expected, result);
        if (result == FrameResult.Message)
        {
            Assert.Equal(length, consumed);
            Parse(bytes[..length], isStream: true);
        }
    }

    private static List<string> Sections(string rfc) =>
        [.. TortureCases.All.Select(c => c.Section).Where(s => s.StartsWith(rfc, StringComparison.Ordinal))];

    /// <summary>Refused for something that its response doesn't repeat.</summary>
    private static bool CanBeQuoted(string name) => name is not
        ("badinv01" or "scalar02" or "insuf");
}
