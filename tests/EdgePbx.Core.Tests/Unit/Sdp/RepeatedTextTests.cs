using System.Text;

namespace EdgePbx.Core.Tests;

public class RepeatedTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("rtpmap:101 telephone-event/8000")]
    [InlineData("a text that is much too long to be said by one phone after the other")]
    public void A_text_is_itself(string text)
    {
        Assert.Equal(text, RepeatedText.Of(text));
        Assert.Equal(text, RepeatedText.OfLatin1(Encoding.Latin1.GetBytes(text)));
    }

    [Fact]
    public void Every_byte_stays_what_it_is()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        foreach (byte[] few in all.Chunk(40))
        {
            Assert.Equal(few, Encoding.Latin1.GetBytes(RepeatedText.OfLatin1(few)));
        }
    }

    [Fact]
    public void What_was_said_a_moment_ago_is_not_made_again()
    {
        Assert.Same(RepeatedText.OfLatin1("rtpmap:0 PCMU/8000"u8), RepeatedText.OfLatin1("rtpmap:0 PCMU/8000"u8));
        Assert.Equal(0, Allocated.InEach(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                _ = RepeatedText.OfLatin1("fmtp:101 0-16"u8);
            }
        }));
    }

    [Fact]
    public void Texts_that_share_a_place_are_not_taken_for_each_other()
    {
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < 5000; i++)
            {
                string text = $"text {i}";
                Assert.Equal(text, RepeatedText.Of(text.AsSpan()));
            }
        }
    }
}
