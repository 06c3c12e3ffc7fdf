namespace EdgePbx.Core.Tests;

public class SdpRefreshTests
{
    [Theory]
    [Trait("Clause", "O-04")]
    [InlineData("o=phone 4711 7 IN IP4 10.0.0.5")]
    [InlineData("o=phone 4711 8 IN IP4 10.0.0.5")]
    [InlineData("o=other 1 1 IN IP4 10.0.0.99")]
    public void The_same_content_is_a_refresh_whatever_the_origin_says(string origin)
    {
        string again = Descriptions.Phone.Replace("o=phone 4711 7 IN IP4 10.0.0.5", origin, StringComparison.Ordinal);

        Assert.True(Descriptions.Parse(Descriptions.Phone).HasSameMeaningAs(Descriptions.Parse(again)));
    }

    [Theory]
    [Trait("Clause", "O-04")]
    [InlineData("c=IN IP4 10.0.0.5", "c=IN IP4 10.0.0.6")]
    [InlineData("m=audio 4000 RTP/AVP 8 0 101", "m=audio 4002 RTP/AVP 8 0 101")]
    [InlineData("m=audio 4000 RTP/AVP 8 0 101", "m=audio 4000/2 RTP/AVP 8 0 101")]
    [InlineData("m=audio 4000 RTP/AVP 8 0 101", "m=audio 4000 RTP/AVP 0 8 101")]
    [InlineData("m=audio 4000 RTP/AVP 8 0 101", "m=audio 4000 RTP/AVP 8 101")]
    [InlineData("m=audio 4000 RTP/AVP 8 0 101", "m=audio 4000 RTP/SAVP 8 0 101")]
    [InlineData("m=audio 4000 RTP/AVP 8 0 101", "m=video 4000 RTP/AVP 8 0 101")]
    [InlineData("a=sendrecv", "a=sendonly")]
    [InlineData("a=sendrecv", "a=sendrecv\nc=IN IP4 10.0.0.6")]
    [InlineData("a=sendrecv", "a=sendrecv\nm=video 0 RTP/AVP 31")]
    [InlineData("a=ptime:20", "a=ptime:30")]
    [InlineData("t=0 0", "t=0 0\na=sendonly")]
    public void Other_content_is_a_change_even_under_the_same_version(string was, string becomes)
    {
        SdpSession before = Descriptions.Parse(Descriptions.Phone);
        SdpSession after = Descriptions.Parse(Descriptions.Phone.Replace(was, becomes, StringComparison.Ordinal));

        Assert.False(before.HasSameMeaningAs(after));
        Assert.False(after.HasSameMeaningAs(before));
    }

    [Fact]
    public void A_new_title_is_no_change()
    {
        string titled = Descriptions.Phone.Replace("s=A call", "s=Another\ni=information", StringComparison.Ordinal);

        Assert.True(Descriptions.Parse(Descriptions.Phone).HasSameMeaningAs(Descriptions.Parse(titled)));
    }
}
