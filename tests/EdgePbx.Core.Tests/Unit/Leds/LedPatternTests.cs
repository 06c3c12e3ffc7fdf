using CsCheck;

namespace EdgePbx.Core.Tests;

public class LedPatternTests
{
    [Fact]
    public void A_dark_lamp_and_a_lit_one_never_change()
    {
        Assert.Equal((false, true), (LedPattern.Dark.IsLitAt(TimeSpan.FromDays(1)), LedPattern.Steady.IsLitAt(TimeSpan.FromDays(1))));
        Assert.Equal((TimeSpan.MaxValue, TimeSpan.MaxValue), (LedPattern.Dark.NextChange(default), LedPattern.Steady.NextChange(default)));
        Assert.Equal((true, true, TimeSpan.Zero), (LedPattern.Dark.IsSteady, LedPattern.Steady.IsSteady, LedPattern.Steady.Cycle));
    }

    [Theory]
    [InlineData(LedMeaning.OneCall, "██·············██·············")]
    [InlineData(LedMeaning.ThreeCalls, "██···██···██·············██···")]
    [InlineData(LedMeaning.ConfigRefused, "████████████····██····················████████████····██")]
    [InlineData(LedMeaning.LeftBehind, "████████████····██····██····················████")]
    [InlineData(LedMeaning.NoAddress, "███████·····███████····················███████·····")]
    [InlineData(LedMeaning.SessionExpired, "··██··██████████████··██··██████████████")]
    [InlineData(LedMeaning.SelfTestRunning, "··████████··████████")]
    [InlineData(LedMeaning.ResetWarning, "▌▌▌▌")]
    [InlineData(LedMeaning.RefreshLate, "██▌··██▌··")]
    [InlineData(LedMeaning.Degraded, "████████████████████·····████")]
    public void It_is_lit_when_it_should_be(LedMeaning meaning, string expected) =>
        Assert.Equal(expected, LedWords.Draw(LedLanguage.Of(meaning).Pattern, expected.Length));

    /// <summary>Between a moment and the next change nothing changes, and at the next change it does, unless a cycle ends as the next one begins.</summary>
    [Fact]
    public void The_next_change_is_the_next_change() =>
        Gen.Select(Gen.Int[0, LedLanguage.Rows.Count - 1], Gen.Int[0, 20_000], Gen.Int[0, 99]).Sample((row, milliseconds, percent) =>
        {
            LedPattern pattern = LedLanguage.Rows[row].Pattern;
            var time = TimeSpan.FromMilliseconds(milliseconds);
            TimeSpan left = pattern.NextChange(time);
            if (pattern.IsSteady)
            {
                return left == TimeSpan.MaxValue;
            }
            return left > TimeSpan.Zero
                && pattern.IsLitAt(time + (left * (percent / 100.0))) == pattern.IsLitAt(time)
                && pattern.IsLitAt(time + left) != pattern.IsLitAt(time);
        });

    [Fact]
    public void Looking_at_it_allocates_nothing()
    {
        LedPattern pattern = LedLanguage.Of(LedMeaning.FiveCalls).Pattern;
        Assert.Equal(0, Allocated.InEach(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                _ = pattern.IsLitAt(TimeSpan.FromMilliseconds(i)) ? pattern.NextChange(TimeSpan.FromMilliseconds(i)) : default;
            }
        }));
    }
}
