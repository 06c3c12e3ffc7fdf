using System.Text;
using CsCheck;

namespace EdgePbx.Core.Tests;

/// <summary>One header line of a generated message.</summary>
internal sealed record GeneratedHeader(string Name, string Value);

/// <summary>A well-formed request in pieces.</summary>
internal sealed record GeneratedRequest(string Method, string Uri, GeneratedHeader[] Headers, byte[] Body)
{
    internal byte[] Write()
    {
        byte[] buffer = new byte[SipLimits.MessageBytes];
        var writer = new SipWriter(buffer);
        writer.RequestLine(Encoding.UTF8.GetBytes(Method), Encoding.UTF8.GetBytes(Uri));
        foreach (GeneratedHeader header in Headers)
        {
            writer.Header(Encoding.UTF8.GetBytes(header.Name), Encoding.UTF8.GetBytes(header.Value));
        }
        writer.Header(HeaderName.ContentLength, (uint)Body.Length);
        writer.Raw("\r\n"u8);
        writer.Raw(Body);
        Assert.True(writer.TryComplete(out int length));
        return buffer[..length];
    }
}

/// <summary>Generators of messages: right ones, and ones that went wrong on the way.</summary>
internal static class MessageGen
{
    private const string TokenChars = "ABCabcxyz0189-.!%*_+`'~";

    internal static Gen<string> Token { get; } = Gen.OneOf(TokenChars.ToCharArray()).Array[1, 12].Select(chars => new string(chars));

    /// <summary>A value as it comes back: no blanks at its ends, no line breaks, anything else.</summary>
    private static Gen<string> Text { get; } =
        Gen.OneOf([.. "ab ;,=\"<>:@\\/?é電\t".ToCharArray()]).Array[0, 30].Select(chars => new string(chars).Trim(' ', '\t'));

    private static Gen<string> Host { get; } =
        Gen.OneOf("example.com", "192.0.2.1", "[2001:db8::1]", "pbx_1.local:5062", "[::ffff:192.0.2.9]:5070");

    internal static Gen<string> Uri { get; } =
        from user in Gen.OneOf("", "alice@", "*72#@", "a%20b@", "u;x=y@", "%00@")
        from host in Host
        from tail in Gen.OneOf("", ";lr", ";transport=tcp;x", ";n=%41")
        select $"sip:{user}{host}{tail}";

    private static Gen<string> Address { get; } =
        from name in Gen.OneOf("", "Ann ", "\"Lee, Ann\" ", "\"\\\"\"", "Jörg ")
        from uri in Uri
        from parameters in Gen.OneOf("", ";x", " ; y = \"z;,\"")
        select $"{name}<{uri}>{parameters}";

    private static Gen<string> ViaValue { get; } =
        from transport in Gen.OneOf("UDP", "TCP", "WSS")
        from host in Host
        from branch in Token
        from tail in Gen.OneOf("", ";rport", ";received=192.0.2.200", ";x=\"a,b\"")
        select $"SIP/2.0/{transport} {host};branch=z9hG4bK{branch}{tail}";

    internal static Gen<GeneratedRequest> Request { get; } =
        from method in Gen.OneOf("INVITE", "OPTIONS", "REGISTER", "DANCE")
        from uri in Uri
        from vias in ViaValue.Array[1, 3]
        from parties in Gen.Select(Address, Address, Token)
        from call in Gen.Select(Token, Gen.UInt[0, int.MaxValue])
        from contacts in Address.Array[0, 3]
        from odd in Gen.Select(Token, Text).Array[0, 5]
        from body in Gen.Byte.Array[0, 60]
        select new GeneratedRequest(method, uri,
        [
            .. vias.Select(via => new GeneratedHeader("Via", via)),
            new("Max-Forwards", "70"),
            new("From", $"{parties.Item1};tag={parties.Item3}"),
            new("To", parties.Item2),
            new("Call-ID", call.Item1),
            new("CSeq", $"{call.Item2} {method}"),
            .. contacts.Select(contact => new GeneratedHeader("Contact", contact)),
            .. odd.Select(o => new GeneratedHeader($"X-{o.Item1}", o.Item2)),
        ], body);

    /// <summary>A right message with some bytes changed, lost, doubled or put in.</summary>
    internal static Gen<byte[]> Mutated { get; } =
        from original in Gen.OneOf(
            Request.Select(r => r.Write()),
            Gen.OneOf([.. TortureCases.All.Select(c => c.Bytes)]),
            Gen.Const(TestMessages.Bytes(SampleInvite.Text)))
        from changes in Gen.Select(Gen.Int[0, 4], Gen.Int[0, 5000], Gen.Int[0, 40], Gen.Byte).Array[1, 6]
        select changes.Aggregate(original, (bytes, change) => Change(bytes, change.Item1, change.Item2, change.Item3, change.Item4));

    /// <summary>Pieces that a SIP reader looks for, in any order.</summary>
    internal static Gen<byte[]> Pieces { get; } = Gen.OneOf(
        "INVITE ", "sip:", "SIP/2.0", "\r\n", "\r\n\r\n", "\r\n ", " ", "Via: ", "SIP/2.0/UDP ", ";", ",", "\"", "<", ">", "[", "]", "::",
        "@", "%41", "%", "From: ", "To:", "CSeq: 1 INVITE", "l: 5", "Content-Length: 3", "=", "tag", "branch", "rport", "--b", "\\", "\0",
        "é", "1", "4294967296", "a", "*", "?", "&")
        .Array[0, 40].Select(pieces => Encoding.UTF8.GetBytes(string.Concat(pieces)));

    private static byte[] Change(byte[] bytes, int kind, int at, int length, byte with)
    {
        at %= bytes.Length + 1;
        int end = Math.Min(at + length, bytes.Length);
        return kind switch
        {
            0 => [.. bytes[..at], with, .. bytes[at..]],
            1 => [.. bytes[..at], .. bytes[end..]],
            2 => [.. bytes[..end], .. bytes[at..]],
            3 => bytes[..at],
            _ => [.. bytes[..at], .. Enumerable.Repeat(with, end - at), .. bytes[end..]],
        };
    }
}
