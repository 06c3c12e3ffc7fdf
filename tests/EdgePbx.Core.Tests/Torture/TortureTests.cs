using static EdgePbx.Core.Tests.TestMessages;

namespace EdgePbx.Core.Tests;

/// <summary>The parser's side of RFC 4475 and RFC 5118; what the engine answers is data in the cases.</summary>
public class TortureTests
{
    public static TheoryData<string> Names => [.. TortureCases.All.Select(c => c.Name)];

    [Fact]
    public void Every_case_of_both_RFCs_is_there_once()
    {
        Assert.Equal(TortureCases.CountOfRfc4475, TortureCases.All.Count(c => c.Section.StartsWith("RFC 4475", StringComparison.Ordinal)));
        Assert.Equal(TortureCases.CountOfRfc5118, TortureCases.All.Count(c => c.Section.StartsWith("RFC 5118", StringComparison.Ordinal)));
        Assert.Equal(TortureCases.All.Count, TortureCases.All.Select(c => c.Name).Distinct().Count());
        Assert.Equal(TortureCases.CountOfRfc4475, TortureCases.All.Select(c => c.Section).Count(s => s.StartsWith("RFC 4475", StringComparison.Ordinal) && IsUnique(s)));
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

        SipResponse.Begin(ref writer, message, parsed ? 200 : error.Status, default, "totag"u8, new NetEndpoint(NetAddress.FromV4(198, 51, 100, 99), 5099));
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

    private static bool IsUnique(string section) => TortureCases.All.Count(c => c.Section == section) == 1;

    /// <summary>Refused for something that its response doesn't repeat.</summary>
    private static bool CanBeQuoted(string name) => name is not
        ("badinv01" or "scalar02" or "quotbal" or "badaspec" or "baddn" or "insuf");
}
