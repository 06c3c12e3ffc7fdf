using static EdgePbx.Core.Tests.TestMessages;

namespace EdgePbx.Core.Tests;

public class SipMessageTests
{
    [Fact]
    public void An_invite_gives_up_all_its_usual_headers()
    {
        SipMessage invite = Parse(SampleInvite.Text);

        Assert.True(invite.IsRequest);
        Assert.Equal(SipMethod.Invite, invite.Method);
        Assert.Equal("INVITE", Text(invite.MethodName));
        Assert.Equal("sip:1002@pbx.example.com", Text(invite.RequestUri));
        Assert.Equal(0, invite.StatusCode);
        Assert.Equal("77d0f5c2b9184a@192.0.2.41", Text(invite.CallId));
        Assert.Equal("8d2e61f4", Text(invite.FromTag));
        Assert.True(invite.ToTag.IsEmpty);
        Assert.Equal(102u, invite.CSeqNumber);
        Assert.Equal(SipMethod.Invite, invite.CSeqMethod);
        Assert.True(invite.TryGetTopVia(out Via via));
        Assert.Equal("z9hG4bK3f1c9a0d72", Text(via.Branch));
        Assert.True(via.HasRport);
        Assert.True(invite.TryGetUInt32(HeaderName.MaxForwards, out uint hops));
        Assert.Equal(70u, hops);
        Assert.True(invite.HasToken(HeaderName.Supported, "Replaces"u8));
        Assert.False(invite.HasToken(HeaderName.Supported, "outbound"u8));
        Assert.True(SessionExpires.TryParse(invite.First(HeaderName.SessionExpires), out SessionExpires expires));
        Assert.Equal((1800u, RefresherParam.Uac), (expires.Seconds, expires.Refresher));
        Assert.StartsWith("v=0", Text(invite.Body), StringComparison.Ordinal);
        Assert.Equal(16, invite.HeaderCount);
        Assert.InRange(invite.Bytes.Length, 850, 950);
    }
}
