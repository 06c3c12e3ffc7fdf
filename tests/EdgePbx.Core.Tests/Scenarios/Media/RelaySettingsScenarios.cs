using System.Globalization;

namespace EdgePbx.Core.Tests;

/// <summary>
/// What the relay is told of both paths of a call, compared as a whole: it is what SDP and SIP said, and nothing else. Each phone is
/// known by the port that the box has shown it; what a path is expected to do is read from the messages by hand.
/// </summary>
[Trait("Clause", "MUT-200")]
[Trait("Clause", "MUT-53")]
[Trait("Clause", "MUT-205")]
[Trait("Clause", "MUT-59")]
[Trait("Clause", "MUT-202")]
[Trait("Clause", "M-06")]
[Trait("Clause", "O-06")]
public class RelaySettingsScenarios
{
    private const string Plain = "0 8 101|rtpmap:101 telephone-event/8000";
    private const string Opus111 = "111 0 110|rtpmap:111 opus/48000/2|rtpmap:110 telephone-event/8000";
    private const string Opus96 = "96 97|rtpmap:96 opus/48000/2|rtpmap:97 telephone-event/8000";
    private const string Swapped = "110 111|rtpmap:110 opus/48000/2|rtpmap:111 telephone-event/8000";
    private const string Keys97 = "0 97|rtpmap:97 telephone-event/8000";

    // what each sends and, with an arrow, what the other one gets for it
    public static TheoryData<string, string, string, string, int> Numbers => new()
    {
        { Plain, Plain, "", "", 8000 },
        { Opus111, Opus111, "", "", 48000 },
        { Opus111, Opus96, "111>96 110>97", "96>111 97>110", 48000 },
        { Plain, Keys97, "101>97", "97>101", 8000 },
        { Opus111, Swapped, "111>110 110>111", "", 48000 }, // an answerer sends with the numbers of the offer, and those pass
        { "100|rtpmap:100 PCMU/8000", "0", "100>0", "0>100", 8000 },
        { Opus111, "0 97|rtpmap:97 telephone-event/8000", "110>97", "97>110", 8000 },
    };

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Numbers_and_clock_are_those_that_were_agreed_on(string offer, string answer, string toAnswerer, string toOfferer, int clockRate)
    {
        using var world = new PbxWorld();
        (Side a, Side b) = Sides(world);
        (a.Sdp, b.Sdp) = (a.Describe(offer), b.Describe(answer));
        (a.Map, b.Map) = (toAnswerer, toOfferer);
        ConnectedCall call = Begin(a, b);
        AssertTold(world, a, b, clockRate);
        call.HangUp();
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void They_are_the_same_the_other_way_when_the_callee_offers_later(string offer, string answer, string toAnswerer, string toOfferer, int clockRate)
    {
        using var world = new PbxWorld();
        (Side a, Side b) = Sides(world);
        (a.Sdp, b.Sdp) = (a.Describe(Plain), b.Describe(Plain));
        ConnectedCall call = Begin(a, b);
        b.Port += 100; // else it may be no news, and a refresh
        (a.Sdp, b.Sdp) = (a.Describe(answer, 2), b.Describe(offer, 2));
        (a.Map, b.Map) = (toOfferer, toAnswerer);
        call.B.Send("INVITE", body: b.Sdp);
        WireMessage asked = call.Caller.NextRequest("INVITE");
        call.Caller.Reply(asked, 200, body: a.Sdp);
        _ = call.Caller.NextRequest("ACK");
        (a.Shown, b.Shown) = (asked, call.B.Answered());
        AssertTold(world, a, b, clockRate);
        call.HangUp();
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void And_when_the_callee_offers_since_the_caller_has_not(string offer, string answer, string toAnswerer, string toOfferer, int clockRate)
    {
        using var world = new PbxWorld();
        (Side a, Side b) = Sides(world);
        (a.Sdp, b.Sdp) = (a.Describe(answer), b.Describe(offer));
        (a.Map, b.Map) = (toOfferer, toAnswerer);
        PhoneDialog dialog = a.Phone.Invite("1002", sdp: "");
        b.Phone.Take().Accept(sdp: b.Sdp);
        a.Shown = dialog.Answered(a.Sdp);
        b.Shown = b.Phone.NextRequest("ACK");
        AssertTold(world, a, b, clockRate);
        dialog.Bye();
        b.Phone.Reply(b.Phone.NextRequest("BYE"), 200);
    }

    [Theory]
    [InlineData("", "10.0.0.11:40001", "10.0.0.12:41001")]
    [InlineData("a=rtcp:45677", "10.0.0.11:45677", "10.0.0.12:45677")]
    [InlineData("a=rtcp:53020 IN IP4 126.16.64.4", "126.16.64.4:53020", "126.16.64.4:53020")] // as in RFC 3605 2.1
    public void Reports_go_to_the_next_port_or_where_the_phone_wants_them(string line, string ofCaller, string ofCallee)
    {
        using var world = new PbxWorld();
        (Side a, Side b) = Sides(world);
        (a.Sdp, b.Sdp) = (a.Describe(Plain) + line + "\r\n", b.Describe(Plain));
        (a.Rtcp, b.Rtcp) = (ofCaller, "10.0.0.12:41001");
        ConnectedCall call = Begin(a, b);
        AssertTold(world, a, b, 8000);
        a.Port += 100;
        (a.Sdp, b.Sdp) = (a.Describe(Plain, 2), b.Describe(Plain, 2) + line + "\r\n");
        (a.Rtcp, b.Rtcp) = ("10.0.0.11:40101", ofCallee);
        call.A.Send("INVITE", body: a.Sdp);
        b.Shown = call.Callee.NextRequest("INVITE");
        call.Callee.Reply(b.Shown, 200, body: b.Sdp);
        _ = call.Callee.NextRequest("ACK");
        a.Shown = call.A.Answered();
        AssertTold(world, a, b, 8000);
        call.HangUp();
    }

    [Fact]
    public void A_path_is_told_of_a_phone_without_NAT_and_one_that_says_no_address()
    {
        using var world = new PbxWorld();
        (Side a, Side b) = Sides(world);
        (a.Host, b.Host) = ("192.0.2.11", "0.0.0.0");
        (a.Sdp, b.Sdp) = (a.Describe(Plain), b.Describe(Plain));
        ConnectedCall call = Begin(a, b);
        (a.HasToSend, b.HasToSend) = (false, true); // who is held by 0.0.0.0 hears nothing (RFC 3264 8.4)
        AssertTold(world, a, b, 8000);
        call.HangUp();
    }

    // an answer that is not lawful, and not seldom: two phones that both want to listen. Nobody has to send, so nobody is missed
    [Theory]
    [Trait("Clause", "MUT-58")]
    [InlineData("recvonly", "recvonly", false, false)]
    [InlineData("sendonly", "sendonly", false, false)]
    [InlineData("sendonly", "sendrecv", true, false)]
    [InlineData("recvonly", "sendrecv", false, true)]
    [InlineData("recvonly", "inactive", false, false)]
    public void Only_he_is_expected_who_may_send_and_is_not_held(string offer, string answer, bool caller, bool callee)
    {
        using var world = new PbxWorld();
        (Side a, Side b) = Sides(world);
        (a.Sdp, b.Sdp) = (a.Describe($"{Plain}|{offer}"), b.Describe($"{Plain}|{answer}"));
        (a.HasToSend, b.HasToSend) = (caller, callee);
        ConnectedCall call = Begin(a, b);
        AssertTold(world, a, b, 8000);
        call.HangUp();
    }

    private static (Side A, Side B) Sides(PbxWorld world)
    {
        (Phone caller, Phone callee) = world.TwoPhones();
        return (new Side(caller, "10.0.0.11", 40000), new Side(callee, "10.0.0.12", 41000));
    }

    private static ConnectedCall Begin(Side a, Side b)
    {
        ConnectedCall call = ConnectedCall.Begin(a.Phone, b.Phone, sdp: a.Sdp, answer: b.Sdp);
        (a.Shown, b.Shown) = (call.Answer, call.B.Invitation);
        return call;
    }

    private static void AssertTold(PbxWorld world, Side a, Side b, int clockRate)
    {
        Assert.Equal(2, world.Relays.Count);
        AssertTold(world, a, b, clockRate, "caller");
        AssertTold(world, b, a, clockRate, "callee");
    }

    private static void AssertTold(PbxWorld world, Side own, Side other, int clockRate, string role)
    {
        RelaySettings told = world.Relays[world.Ports.OwnerOf(own.ShownPort)];
        Assert.Equal($"{role}: {string.Join(' ', own.Map.Split(' ').Order())}", $"{role}: {Pairs(told.Map)}");
        Assert.Equal(NumbersIn(own.Sdp).Union(NumbersIn(own.Shown!.Body)).Order(), Enumerable.Range(0, 128).Where(number => !told.ForeignPayloads.Contains(number)));
        var expected = new RelaySettings
        {
            RemoteRtp = Endpoint(own.Rtp),
            RemoteRtcp = Endpoint(own.Rtcp),
            SignallingSource = own.Phone.At.Address,
            Sink = world.Ports.OwnerOf(other.ShownPort),
            Map = told.Map,
            ForeignPayloads = told.ForeignPayloads,
            OpensLatch = told.OpensLatch, // of the last change, which may be the answer: SoundOfCallScenarios
            ClockRate = clockRate,
            ExpectsMedia = own.HasToSend,
            DeadAfter = world.Settings.MediaTimeout,
        };
        Assert.Equal((role, expected), (role, told));
    }

    private static string Pairs(PayloadMap? map) => map is null
        ? ""
        : string.Join(' ', Enumerable.Range(0, 128).Where(number => map[number] != number).Select(number => $"{number}>{map[number]}").Order());

    private static IEnumerable<int> NumbersIn(string sdp) => sdp.Split("\r\n").Single(line => line.StartsWith("m=", StringComparison.Ordinal)).Split(' ')[3..]
        .Select(number => int.Parse(number, CultureInfo.InvariantCulture));

    private static NetEndpoint Endpoint(string text)
    {
        string[] parts = text.Split(':');
        Assert.True(NetAddress.TryParse(parts[0], out NetAddress address));
        return new NetEndpoint(address, ushort.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    /// <summary>A phone behind a NAT: its SIP comes from one address, its SDP names another.</summary>
    private sealed class Side(Phone phone, string host, int port)
    {
        public Phone Phone => phone;
        public string Host { get; set; } = host;
        public int Port { get; set; } = port;

        /// <summary>What it says of itself.</summary>
        public string Sdp { get; set; } = "";

        /// <summary>The message in which it was shown the other one.</summary>
        public WireMessage? Shown { get; set; }

        public ushort ShownPort => ushort.Parse(Shown!.Sdp("m=audio ").Split(' ')[0], CultureInfo.InvariantCulture);

        public string Rtp => $"{Host}:{Port}";
        public string Rtcp { get => field.Length > 0 ? field : $"{Host}:{Port + 1}"; set; } = "";

        /// <summary>Its numbers and what the other one gets for them, if it is not the same.</summary>
        public string Map { get; set; } = "";
        public bool HasToSend { get; set; } = true;

        /// <param name="media">Formats and attributes, with bars between.</param>
        public string Describe(string media, int version = 1)
        {
            string[] parts = media.Split('|');
            return $"v=0\r\no=- 77 {version} IN IP4 {Host}\r\ns=-\r\nc=IN IP4 {Host}\r\nt=0 0\r\nm=audio {Port} RTP/AVP {parts[0]}\r\n"
                + string.Concat(parts[1..].Select(attribute => $"a={attribute}\r\n"));
        }
    }
}
