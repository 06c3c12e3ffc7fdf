namespace EdgePbx.Core.Tests;

/// <summary>The table: nothing is missing, nothing looks like anything else, and the printed card is the same table.</summary>
public class LedLanguageTests
{
    private static readonly string CardFile = Path.Combine(RepositoryFolder.Path, "board", "LED-CARD.md");

    [Fact]
    public void Each_meaning_has_its_line_in_the_order_of_urgency() =>
        Assert.Equal(Enum.GetValues<LedMeaning>(), LedLanguage.Rows.Select(row => row.Meaning));

    [Fact]
    public void Red_is_an_error_and_each_error_says_what_to_do()
    {
        LedMeaning[] errors =
        [
            LedMeaning.SelfTestFailed, LedMeaning.NoConfiguration, LedMeaning.CannotListen, LedMeaning.CannotWrite, LedMeaning.CannotMeasure, LedMeaning.BrokeDown,
            LedMeaning.StorageFailed, LedMeaning.ConfigRefused, LedMeaning.LeftBehind, LedMeaning.NoLink, LedMeaning.NoAddress,
        ];
        Assert.Equal(errors, LedLanguage.Rows.Where(row => row.Color == LedColor.Error).Select(row => row.Meaning));
        Assert.All(LedLanguage.Rows.Where(row => row.Color is LedColor.Error or LedColor.Attention), row => Assert.NotEmpty(row.Advice));
        Assert.All(LedLanguage.Rows, row => Assert.Equal(row.Pattern == LedPattern.Dark, row.Color == LedColor.Dark));
    }

    /// <summary>Every status there is, on every lamp that a board may have: what it can say there can be told apart by eye.</summary>
    [Fact]
    public void No_two_meanings_of_one_lamp_look_the_same()
    {
        for (var leds = (LedId)1; leds <= LedId.All; leds++)
        {
            HashSet<LedMeaning> shown = [];
            foreach (LedStatus status in LedStatuses.All)
            {
                _ = shown.Add(LedPolicy.MeaningOf(leds, status, LedStatuses.Now));
            }
            _ = shown.Remove(LedMeaning.Refreshed); // shown once, and not again until the next one
            foreach ((LedMeaning one, LedMeaning other) in shown.SelectMany(one => shown.Where(other => other > one).Select(other => (one, other))))
            {
                Assert.True(LedEyes.CanTellApart(LedLanguage.Of(one).Pattern, LedLanguage.Of(other).Pattern), $"{one} and {other} on {leds}");
            }
        }
    }

    [Fact]
    public void Eyes_can_tell_what_they_should_and_no_more()
    {
        Assert.False(LedEyes.CanTellApart(LedPattern.Blink(500), LedPattern.Blink(500)));
        Assert.False(LedEyes.CanTellApart(LedPattern.Blink(500), LedPattern.Blink(600)));
        Assert.False(LedEyes.CanTellApart(LedPattern.Flashes(2, 200, 300, 300), LedPattern.Flashes(1, 200, 0, 300)));
        Assert.False(LedEyes.CanTellApart(LedPattern.Winks(1, 200, 0, 800), LedPattern.Flashes(1, 800, 0, 200)));
        Assert.False(LedEyes.CanTellApart(LedPattern.Dark, LedPattern.Dark));
        Assert.True(LedEyes.CanTellApart(LedPattern.Dark, LedPattern.Steady));
        Assert.True(LedEyes.CanTellApart(LedPattern.Blink(500), LedPattern.Blink(250)));
        Assert.True(LedEyes.CanTellApart(LedPattern.Flashes(2, 200, 300, 1300), LedPattern.Flashes(3, 200, 300, 1300)));
    }

    /// <summary><c>EDGEPBX_CARD=write</c> writes it anew.</summary>
    [Fact]
    public void The_printed_card_is_the_table()
    {
        if (Environment.GetEnvironmentVariable("EDGEPBX_CARD") == "write")
        {
            File.WriteAllText(CardFile, LedCard.Text);
        }
        Assert.Equal(LedCard.Text, File.ReadAllText(CardFile));
    }

    [Fact]
    public void The_card_names_every_meaning_in_words_that_no_other_one_has()
    {
        Assert.Equal(LedLanguage.Rows.Count, LedLanguage.Rows.Select(row => row.Name).Distinct().Count());
        Assert.All(LedLanguage.Rows, row => Assert.Contains($" {row.Name} ", LedCard.Text, StringComparison.Ordinal));
    }

    /// <summary>A code that is longer than the picture would look like the one that it begins with.</summary>
    [Fact]
    public void No_two_pictures_of_one_lamp_on_the_card_are_the_same()
    {
        foreach (string part in LedCard.Text.Split("\n## ").Skip(1))
        {
            string[] pictures = [.. part.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1])];
            Assert.Equal(pictures.Distinct(), pictures);
        }
    }
}
