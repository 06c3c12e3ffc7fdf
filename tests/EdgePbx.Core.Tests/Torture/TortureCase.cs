using System.Text;

namespace EdgePbx.Core.Tests;

/// <summary>What the parser makes of a message; the number of a refusal is its status.</summary>
public enum ParserOutcome
{
    /// <summary>Refused without an answer: a response, or no SIP message.</summary>
    Drop = 0,
    Valid = 1,
    BadRequest = 400,
    NotImplemented = 501,
    VersionNotSupported = 505,
}

/// <summary>
/// What whoever is above the parser answers to a valid message, as the RFC states it: any of <c>Statuses</c>, the first
/// preferred, with <c>Header</c> in it if one is named. No status means that nothing is answered. Who challenges first
/// may answer 401 or 407 instead.
/// </summary>
public sealed record EngineResponse(int[] Statuses, string? Header = null)
{
    public static EngineResponse Of(params int[] statuses) => new(statuses);
}

/// <summary>One message of a torture RFC, made anew: the same idea in other words.</summary>
/// <param name="Name">The RFC's name for the idea.</param>
/// <param name="Section">Such as "RFC 4475 3.1.1.1".</param>
public sealed record TortureCase(string Name, string Section, byte[] Bytes, ParserOutcome Outcome, EngineResponse? Engine = null)
{
    public override string ToString() => $"{Section} {Name}";
}

/// <summary>All 49 messages of RFC 4475 and all 12 of RFC 5118, as this project's own messages.</summary>
public static partial class TortureCases
{
    public const int CountOfRfc4475 = 49;
    public const int CountOfRfc5118 = 12;

    public static IReadOnlyList<TortureCase> All { get; } =
        [.. ValidSyntax(), .. InvalidSyntax(), .. InvalidStartLines(), .. Semantics(), .. Contents(), .. IPv6()];

    public static TortureCase Find(string name) => All.Single(c => c.Name == name);

    /// <summary>Two streams, the second of which nobody here can decode.</summary>
    private const string Offer = """
        v=0
        o=rig 4410 4410 IN IP4 198.51.100.20
        s=-
        c=IN IP4 198.51.100.20
        t=0 0
        m=audio 30010 RTP/AVP 8 101
        a=rtpmap:101 telephone-event/8000
        m=video 30012 RTP/AVP 34

        """;

    /// <summary>CR LF for each line break, the empty line, and the body; "{length}" in the head becomes the body's length.</summary>
    private static byte[] Message(string head, string body = "") => Message(head, Encoding.UTF8.GetBytes(CrLf(body)));

    private static byte[] Message(string head, byte[] body) =>
        [.. Encoding.UTF8.GetBytes(CrLf(head.Replace("{length}", $"{body.Length}", StringComparison.Ordinal)) + "\r\n\r\n"), .. body];

    private static string CrLf(string text) => text.ReplaceLineEndings("\r\n");

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
