using EdgePbx.Core;

namespace EdgePbx.Simulation.Tests;

/// <summary>What the simulation itself is made of.</summary>
public class PartsTests
{
    [Fact]
    public void The_agenda_does_the_earliest_first_and_at_one_moment_in_order()
    {
        var agenda = new Agenda();
        Instant start = agenda.Now;
        List<string> done = [];
        var rng = new Rng(1);
        List<(int Second, int Order)> planned = [.. Enumerable.Range(0, 500).Select(order => (rng.Below(50), order))];
        foreach ((int second, int order) in planned)
        {
            agenda.After(TimeSpan.FromSeconds(second), () => done.Add($"{second} {order} {(agenda.Now - start).TotalSeconds}"));
        }
        while (agenda.NextDue != Instant.Never)
        {
            agenda.Step();
        }
        Assert.Equal(planned.Order().Select(one => $"{one.Second} {one.Order} {one.Second}"), done);
    }

    [Fact]
    public void A_packet_is_read_as_it_stands()
    {
        var packet = new Packet("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;rport=1;branch=z9hG4bKx\r\nFrom: \"A;tag=no\" <sip:a@b;tag=no>;tag=f\r\nTo: <sip:c@d>;tag=t\r\n"
            + "Call-ID: id\r\nCSeq: 7 INVITE\r\nSupported: 100rel, timer\r\nContact: <sip:x@y;ob>\r\nSession-Expires: 90;refresher=uas\r\nContent-Length: 12\r\n\r\nv=0\r\no=- 1 2 ");
        Assert.Equal((200, "INVITE", 7u, "id", "z9hG4bKx", "f", "t"), (packet.Status, packet.Method, packet.CSeq, packet.CallId, packet.Branch, packet.FromTag, packet.ToTag));
        Assert.Equal(("sip:x@y;ob", 90u, "uas"), (packet.ContactUri, packet.Number("Session-Expires"), Packet.Parameter(packet["Session-Expires"], "refresher")));
        Assert.True(packet.HasToken("Supported", "timer") && !packet.Has("Require"));
        Assert.Equal("- 1 2 ", packet.Sdp("o="));
    }

    [Fact]
    public void Any_bytes_make_a_packet()
    {
        var rng = new Rng(2);
        for (int i = 0; i < 2000; i++)
        {
            char[] letters = new char[rng.Below(60)];
            for (int j = 0; j < letters.Length; j++)
            {
                letters[j] = rng.Pick('\r', '\n', ' ', ':', ';', '=', 'V', 'i', 'a', '<', '>', (char)rng.Below(256));
            }
            string text = new(letters);
            var packet = new Packet(text);
            // whatever they mean: what is read is a part of what was written
            Assert.All([packet.Body, packet.ContactUri, packet["Via"], packet.Sdp("o=")], part => Assert.Contains(part, text, StringComparison.Ordinal));
            Assert.Equal(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is var end and >= 0 ? text[(end + 4)..] : "", packet.Body);
        }
    }

    [Theory]
    [InlineData("--repeat 5 --with Loss,Cancel --only 3,17 --whole", true)]
    [InlineData("--calls 100 --workers 1 --first", true)]
    [InlineData("--calls", false)]
    [InlineData("--with Nonsense", false)]
    [InlineData("--what 1", false)]
    public void The_command_line_is_understood_or_refused(string line, bool isUnderstood) =>
        Assert.Equal(isUnderstood, Options.Read(line.Split(' ')) is not null);
}
