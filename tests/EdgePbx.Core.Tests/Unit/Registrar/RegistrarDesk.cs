using System.Text;

namespace EdgePbx.Core.Tests;

/// <summary>A registrar with its clock and timers, and the short way to send it a REGISTER of extension 1001.</summary>
internal sealed class RegistrarDesk
{
    internal static ExtensionSettings User { get; } = new("1001", "Front Desk", "zanzibar");

    internal RegistrarDesk()
    {
        Location = new LocationService(Timers, new SourceTable()) { OnExpired = (extension, binding) => Expired.Add($"{extension} {binding.Contact}") };
        Registrar = new Registrar(Location);
    }

    internal TimerHeap Timers { get; } = new();
    internal LocationService Location { get; }
    internal Registrar Registrar { get; init; }
    internal List<string> Expired { get; } = [];
    internal Instant Now { get; private set; } = new(TimeSpan.FromDays(3).Ticks);

    internal string[] Contacts => [.. Location.Find(User.Number, Now).Select(binding => binding.Contact)];

    internal static SipFlow Udp(ushort port = 5062) => new(SipTransport.Udp, At(port), At(5060), 0, 0);

    internal static SipFlow Tcp(uint connection) => new(SipTransport.Tcp, At(40000), At(5060), 0, connection);

    /// <summary>In the order of their deadlines, as the host's loop does it.</summary>
    internal void Advance(double seconds)
    {
        Instant until = Now + TimeSpan.FromSeconds(seconds);
        while (Timers.NextDue <= until)
        {
            Now = Timers.NextDue;
            Timers.FireDue(Now);
        }
        Now = until;
    }

    /// <param name="headers">Lines such as Contact and Expires, each ending in a line break.</param>
    internal RegisterResult Register(
        string headers, uint cseq = 1, string callId = "one", string to = "<sip:1001@pbx.example.com>", SipFlow? source = null,
        ExtensionSettings? user = null) =>
        Registrar.Handle(Now, Request(headers, cseq, callId, to), source ?? Udp(), user ?? User);

    internal static SipMessage Request(string headers, uint cseq = 1, string callId = "one", string to = "<sip:1001@pbx.example.com>") =>
        TestMessages.Parse($"""
            REGISTER sip:pbx.example.com SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.7:5062;branch=z9hG4bK-1
            Max-Forwards: 70
            From: <sip:1001@pbx.example.com>;tag=a1
            To: {to}
            Call-ID: {callId}
            CSeq: {cseq} REGISTER
            {headers}Content-Length: 0


            """);

    internal string[] ResponseHeaders(in RegisterResult result)
    {
        byte[] buffer = new byte[10_000];
        var writer = new SipWriter(buffer);
        Registrar.WriteResponseHeaders(ref writer, Now, result, Location.Find(User.Number, Now));
        Assert.True(writer.TryComplete(out int length));
        return Encoding.UTF8.GetString(buffer, 0, length).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
    }

    private static NetEndpoint At(ushort port) => new(NetAddress.LoopbackV4, port);
}
