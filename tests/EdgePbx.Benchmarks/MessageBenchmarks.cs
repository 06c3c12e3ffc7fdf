using BenchmarkDotNet.Attributes;
using EdgePbx.Core;
using EdgePbx.Core.Tests;

namespace EdgePbx.Benchmarks;

/// <summary>
/// A 900-byte INVITE is read, and answered. Goals: under 1.5 µs and 0 bytes to parse with all usual headers read; 0 bytes
/// to answer.
/// </summary>
[MemoryDiagnoser]
public class MessageBenchmarks
{
    private readonly byte[] _buffer = SampleInvite.NewBytes();
    private readonly byte[] _answer = new byte[2048];
    private readonly SipMessage _message = new();
    private readonly NetEndpoint _source = new(NetAddress.FromV4(192, 0, 2, 41), 5060);

    [GlobalSetup]
    public void Setup()
    {
        if (!SipParser.TryParse(_buffer, _buffer.Length, isStream: false, _message, out SipParseError error))
        {
            throw new InvalidOperationException(error.Reason);
        }
    }

    /// <summary>Index and rules only.</summary>
    [Benchmark]
    public bool Parse() => SipParser.TryParse(_buffer, _buffer.Length, isStream: false, _message, out _);

    /// <summary>With everything that a call reads out of an INVITE.</summary>
    [Benchmark]
    public int ParseAndReadUsualHeaders() =>
        SipParser.TryParse(_buffer, _buffer.Length, isStream: false, _message, out _) ? ReadUsualHeaders(_message) : 0;

    [Benchmark]
    public int BuildOk()
    {
        var writer = new SipWriter(_answer);
        SipResponse.Begin(ref writer, _message, 200, default, "f81d4fae7dec"u8, _source);
        SipResponse.CopyRecordRoutes(ref writer, _message);
        writer.Header(HeaderName.Contact, "<sip:pbx@192.0.2.1:5060>"u8);
        writer.Header(HeaderName.Allow, "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK"u8);
        writer.Header(HeaderName.Supported, "timer, 100rel, replaces"u8);
        writer.Header(HeaderName.SessionExpires, "1800;refresher=uac"u8);
        writer.Body("application/sdp"u8, _message.Body);
        return writer.TryComplete(out int length) ? length : 0;
    }

    private static int ReadUsualHeaders(SipMessage message)
    {
        int sum = message.CallId.Length + message.FromTag.Length + message.ToTag.Length + (int)message.CSeqNumber + (int)message.Method;
        sum += message.TryGetTopVia(out Via via) ? via.Branch.Length + via.Port + via.Host.Length : 0;
        sum += SipUri.TryParse(message.RequestUri, out SipUri target) ? target.User.Length + target.Host.Length : 0;
        sum += NameAddress.TryParse(message.First(HeaderName.From), out NameAddress from) ? from.DisplayName.Length : 0;
        sum += NameAddress.TryParse(message.First(HeaderName.To), out NameAddress to) ? to.Uri.Length : 0;
        foreach (ReadOnlySpan<byte> value in message.Values(HeaderName.Contact))
        {
            sum += NameAddress.TryParse(value, out NameAddress contact) ? contact.Uri.Length : 0;
        }
        foreach (ReadOnlySpan<byte> value in message.Values(HeaderName.Route))
        {
            bool isLoose = NameAddress.TryParse(value, out NameAddress route)
                && SipUri.TryParse(route.Uri, out SipUri hop)
                && hop.HasLooseRouting;
            sum += isLoose ? 1 : 0;
        }
        sum += message.TryGetUInt32(HeaderName.MaxForwards, out uint hops) ? (int)hops : 0;
        sum += message.HasToken(HeaderName.Supported, "timer"u8) ? 1 : 0;
        sum += message.HasToken(HeaderName.Allow, "UPDATE"u8) ? 1 : 0;
        sum += SessionExpires.TryParse(message.First(HeaderName.SessionExpires), out SessionExpires expires) ? (int)expires.Seconds : 0;
        sum += message.TryGetUInt32(HeaderName.MinSe, out uint least) ? (int)least : 0;
        sum += MediaType.TryParse(message.First(HeaderName.ContentType), out MediaType type) && type.Is("application/sdp"u8) ? 1 : 0;
        sum += message.First(HeaderName.UserAgent).Length + message.First(HeaderName.PPreferredIdentity).Length;
        return sum + message.Body.Length;
    }
}
