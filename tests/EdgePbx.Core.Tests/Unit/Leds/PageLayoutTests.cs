namespace EdgePbx.Core.Tests;

public class PageLayoutTests
{
    [Theory]
    [InlineData("Calls", "3", 8, "Calls  3")]
    [InlineData("Calls", "33", 8, "Calls 33")]
    [InlineData("Calls", "333", 8, "Calls   ")] // no room beside it
    [InlineData("Calls", "", 8, "Calls   ")]
    [InlineData("Switchboard", "3", 8, "Switchb…")]
    [InlineData("Back  room", "3", 6, "Back…")]
    public void The_title_and_the_main_part_share_a_line_if_they_can(string title, string main, int columns, string first) =>
        Assert.Equal(first.PadRight(columns), PageLayout.Of(new StatusPage(title, main, [], ""), columns, 2)[0]);

    [Theory]
    [InlineData("one two three", 8, 2, "one two |three   ")]
    [InlineData("one two three", 8, 1, "one two…")]
    [InlineData("one two", 8, 1, "one two ")]
    [InlineData("one three", 8, 1, "one thr…")]
    [InlineData("unbelievable", 8, 1, "unbelie…")]
    [InlineData("an unbelievable one", 8, 3, "an      |unbelie…|one     ")]
    [InlineData("12345678 9", 8, 1, "1234567…")]
    [InlineData("", 8, 1, "        ")]
    public void A_text_is_broken_between_words_and_says_what_it_lacks(string text, int columns, int rows, string expected) =>
        Assert.Equal(expected.Split('|'), PageLayout.Of(new StatusPage("", "", [text], ""), columns, rows + 1)[1..]);

    [Fact]
    public void Each_text_begins_on_its_own_line_and_one_without_room_is_left_out_whole()
    {
        StatusPage page = new("T", "a main part", ["first text", "second"], "");
        Assert.Equal(["T a main part", "first text   ", "second       "], PageLayout.Of(page, 13, 3));
        Assert.Equal(["T a main part", "first text   "], PageLayout.Of(page, 13, 2));
        Assert.Equal(["T           ", "a main part ", "first text  "], PageLayout.Of(page, 12, 3));
    }

    [Theory]
    [InlineData("plain ~", "plain ~")]
    [InlineData("Äpfel, Öl & Übermaß", "Äpfel, Öl & Übermaß")]
    [InlineData("Señor Çelik", "Senor Celik")]
    [InlineData("日本\t\u0007", "????")]
    [InlineData("5 – 6 ’", "5 - 6 '")]
    public void Text_is_made_of_characters_that_a_display_has(string text, string expected) => Assert.Equal(expected, DisplayText.Of(text));

    [Fact]
    public void The_first_moments_are_kept_in_order()
    {
        Span<Instant> kept = stackalloc Instant[LateMoments.Kept];
        int count = 0;
        foreach (int second in new[] { 5, 3, 3, 9, 12, 1, 8, 7, 6, 4, 2, 20, 0 })
        {
            LateMoments.Insert(kept, ref count, new Instant(second));
        }
        LateMoments.Insert(kept, ref count, Instant.Never);
        LateMoments moments = new(kept[..count]);
        Assert.Equal([0, 1, 2, 3, 3, 4, 5, 6, 7], moments.All.ToArray().Select(moment => (int)moment.Ticks));
        Assert.Equal((new Instant(0), 5, 9), (moments.First, moments.CountAt(new Instant(3)), moments.CountAt(new Instant(100))));
        Assert.True(moments == new LateMoments(kept[..count]) && moments != default && new LateMoments([]) == default);
        Assert.Equal(Instant.Never, default(LateMoments).First);
    }
}
