using static EdgePbx.Core.Tests.TestMessages;

namespace EdgePbx.Core.Tests;

/// <summary>After warm-up neither reading a message nor writing its answer allocates.</summary>
public class MessageAllocationTests
{
    private const int Repetitions = 100;

    private readonly byte[] _invite = Bytes(SampleInvite.Text);
    private readonly byte[] _answer = new byte[2048];
    private readonly SipMessage _message = new();

    [Fact]
    public void Reading_an_invite_with_all_its_usual_headers_allocates_nothing()
    {
        Assert.NotEqual(0, Read());
        Assert.Equal(0, AllocatedBy(() => Read()));
    }

    [Fact]
    public void Building_its_200_allocates_nothing()
    {
        Assert.NotEqual(0, Read());
        Assert.NotEqual(0, Answer());
        Assert.Equal(0, AllocatedBy(() => Answer()));
    }

    [Fact]
    public void Framing_and_refusing_allocate_nothing()
    {
        byte[] bad = Bytes(SampleInvite.Text.Replace("CSeq: 102", "CSeq: x", StringComparison.Ordinal));
        Assert.Equal(FrameResult.Message, SipStreamFramer.Next(_invite, out _, out _));
        Assert.Equal(0, AllocatedBy(() =>
        {
            _ = SipStreamFramer.Next(_invite, out _, out _);
            _ = SipParser.TryParse(bad, bad.Length, isStream: true, _message, out _);
        }));
    }

    private int Read()
    {
        bool ok = SipParser.TryParse(_invite, _invite.Length, isStream: false, _message, out _);
        ok &= _message.TryGetTopVia(out Via via) & SipUri.TryParse(_message.RequestUri, out SipUri target);
        ok &= NameAddress.TryParse(_message.First(HeaderName.From), out NameAddress from)
            & NameAddress.TryParse(_message.First(HeaderName.To), out NameAddress to);
        int sum = via.Branch.Length + target.Host.Length + from.Tag.Length + to.Uri.Length
            + _message.CallId.Length + (int)_message.CSeqNumber;
        foreach (ReadOnlySpan<byte> value in _message.Values(HeaderName.Contact))
        {
            ok &= NameAddress.TryParse(value, out NameAddress contact) & SipUri.AreEqual(contact.Uri, contact.Uri);
        }
        foreach (ReadOnlySpan<byte> value in _message.Values(HeaderName.Route))
        {
            ok &= NameAddress.TryParse(value, out NameAddress route) & SipUri.TryParse(route.Uri, out SipUri hop) & hop.HasLooseRouting;
        }
        ok &= _message.HasToken(HeaderName.Supported, "timer"u8) & _message.HasToken(HeaderName.Allow, "UPDATE"u8);
        ok &= _message.TryGetUInt32(HeaderName.MaxForwards, out _) & _message.TryGetUInt32(HeaderName.MinSe, out _);
        ok &= SessionExpires.TryParse(_message.First(HeaderName.SessionExpires), out _);
        ok &= MultipartBody.TryFindPart(_message.First(HeaderName.ContentType), _message.Body, "application/sdp"u8, out ReadOnlySpan<byte> sdp);
        return ok ? sum + sdp.Length : 0;
    }

    private int Answer()
    {
        var writer = new SipWriter(_answer);
        SipResponse.Begin(ref writer, _message, 200, default, "f81d4fae"u8, new NetEndpoint(NetAddress.FromV4(198, 51, 100, 7), 5060));
        SipResponse.CopyRecordRoutes(ref writer, _message);
        writer.Header(HeaderName.Contact, "<sip:pbx@192.0.2.1>"u8);
        writer.Header(HeaderName.SessionExpires, 1800);
        writer.Body("application/sdp"u8, _message.Body);
        return writer.TryComplete(out int length) ? length : 0;
    }

    private static long AllocatedBy(Action action) => Allocated.InEach(() =>
    {
        for (int i = 0; i < Repetitions; i++)
        {
            action();
        }
    });
}
