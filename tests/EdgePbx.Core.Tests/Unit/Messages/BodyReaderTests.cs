using static EdgePbx.Core.Tests.TestMessages;

namespace EdgePbx.Core.Tests;

public class BodyReaderTests
{
    [Theory]
    [InlineData("application/sdp", true)]
    [InlineData(" Application / SDP ; charset=\"utf-8\"", true)]
    [InlineData("application/sdp;", true)]
    [InlineData("application/sdpx", false)]
    [InlineData("text/plain", false)]
    public void A_media_type_is_compared_in_any_case(string text, bool isSdp)
    {
        Assert.True(MediaType.TryParse(Bytes(text), out MediaType type));
        Assert.Equal(isSdp, type.Is("application/sdp"u8));
    }

    [Theory]
    [InlineData("")]
    [InlineData("application")]
    [InlineData("application/")]
    [InlineData("/sdp")]
    [InlineData("application/sdp x")]
    [InlineData("application/sdp;a=\"b")]
    public void Anything_else_is_no_media_type(string text) => Assert.False(MediaType.TryParse(Bytes(text), out _));

    [Fact]
    [Trait("Clause", "O-11")]
    public void Sdp_is_found_in_a_multipart_body()
    {
        byte[] body = Bytes("""
            a preamble -- with dashes
            --xyz
            Content-Type: application/isup;version=itu-t92+
            Content-Disposition: signal;handling=optional

            binary--xyz
            --xyz  
            Content-Disposition: session
            c: application/sdp

            v=0
            s=--xy

            --xyz--
            an epilogue
            """);

        Assert.True(MultipartBody.TryFindPart("multipart/mixed; boundary=\"xyz\""u8, body, "application/sdp"u8, out ReadOnlySpan<byte> part));
        Assert.Equal("v=0\r\ns=--xy\r\n", Text(part));
        Assert.False(MultipartBody.TryFindPart("multipart/mixed;boundary=xyz"u8, body, "text/plain"u8, out _));
        Assert.False(MultipartBody.TryFindPart("multipart/mixed;boundary=other"u8, body, "application/sdp"u8, out _));
        Assert.False(MultipartBody.TryFindPart("multipart/mixed"u8, body, "application/sdp"u8, out _));
    }

    [Fact]
    [Trait("Clause", "O-11")]
    public void A_body_of_that_type_is_its_own_part()
    {
        Assert.True(MultipartBody.TryFindPart("application/sdp"u8, "v=0"u8, "application/sdp"u8, out ReadOnlySpan<byte> part));
        Assert.Equal("v=0", Text(part));
    }

    [Fact]
    [Trait("Clause", "O-11")]
    public void Parts_within_parts_are_searched_to_a_depth()
    {
        string innermost = "--0\nContent-Type: application/sdp\n\nv=0\n--0--";
        for (int level = 1; level < MultipartBody.Depth; level++)
        {
            innermost = $"--{level}\nContent-Type: multipart/mixed;boundary={level - 1}\n\n{innermost}\n--{level}--";
        }
        Assert.True(MultipartBody.TryFindPart(Bytes($"multipart/mixed;boundary={MultipartBody.Depth - 1}"), Bytes(innermost), "application/sdp"u8, out ReadOnlySpan<byte> part));
        Assert.Equal("v=0", Text(part));

        string deeper = $"--d\nContent-Type: multipart/mixed;boundary={MultipartBody.Depth - 1}\n\n{innermost}\n--d--";
        Assert.False(MultipartBody.TryFindPart("multipart/mixed;boundary=d"u8, Bytes(deeper), "application/sdp"u8, out _));
    }

    [Fact]
    [Trait("Clause", "O-11")]
    public void A_part_without_a_type_is_plain_text_and_an_empty_part_is_empty()
    {
        byte[] body = Bytes("--b\n\nhello\n--b\nContent-Type: application/sdp\n\n--b--");

        Assert.True(MultipartBody.TryFindPart("multipart/mixed;boundary=b"u8, body, "text/plain"u8, out ReadOnlySpan<byte> text));
        Assert.Equal("hello", Text(text));
        Assert.True(MultipartBody.TryFindPart("multipart/mixed;boundary=b"u8, body, "application/sdp"u8, out ReadOnlySpan<byte> sdp));
        Assert.True(sdp.IsEmpty);
    }

    [Fact]
    public void A_multipart_body_that_never_ends_gives_no_part() =>
        Assert.False(MultipartBody.TryFindPart("multipart/mixed;boundary=b"u8, Bytes("--b\nContent-Type: application/sdp\n\nv=0\n"), "application/sdp"u8, out _));
}
