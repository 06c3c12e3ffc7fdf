namespace EdgePbx.Core.Tests;

public class LedLampTests
{
    private static readonly Instant Now = LedStatuses.Now;

    [Fact]
    public void A_red_lamp_is_lit_for_errors_and_for_nothing_else()
    {
        var lamp = new LedLamp(LedId.All, IsRed: true);
        foreach (LedStatus status in LedStatuses.All)
        {
            LedFace face = lamp.FaceAt(status, Now);
            if (face.Color is not (LedColor.Dark or LedColor.Error) || (face.Color == LedColor.Error) != (lamp.RowAt(status, Now).Color == LedColor.Error))
            {
                Assert.Fail($"{face} for {status}");
            }
        }
    }

    [Fact]
    public void A_face_is_its_colour_while_the_pattern_is_lit()
    {
        var face = new LedFace(LedPattern.Blink(100), LedColor.Attention, Now);
        Assert.Equal(
            [LedColor.Attention, LedColor.Dark, LedColor.Attention],
            new[] { 0, 100, 250 }.Select(milliseconds => face.LightAt(Now + TimeSpan.FromMilliseconds(milliseconds))));
        Assert.Equal(Now + TimeSpan.FromMilliseconds(200), face.NextChange(Now + TimeSpan.FromMilliseconds(130)));
        Assert.Equal((LedColor.Dark, Instant.Never), (default(LedFace).LightAt(Now), default(LedFace).NextChange(Now)));
    }

    /// <summary>Wherever the slow pulse is when it comes: the lamp is lit for a fifth of a second, and dark before and after.</summary>
    [Fact]
    public void A_refresh_is_seen_whenever_it_comes()
    {
        var lamp = new LedLamp(LedId.Timer, IsRed: false);
        for (int offset = 0; offset < 2000; offset += 50)
        {
            Instant refresh = Now + TimeSpan.FromMilliseconds(offset);
            var status = new LedStatus { Engine = new EngineStatus { SessionTimers = 2, LastRefresh = refresh } };
            List<double> lit = [];
            for (Instant at = refresh; at < refresh + TimeSpan.FromSeconds(4);)
            {
                LedFace face = lamp.FaceAt(status, at);
                Instant next = face.NextChange(at) < LedPolicy.NextChange(status, at) ? face.NextChange(at) : LedPolicy.NextChange(status, at);
                if (face.LightAt(at) != LedColor.Dark)
                {
                    lit.Add((next - at).TotalMilliseconds);
                }
                at = next;
            }
            Assert.Equal((false, 200), (lamp.FaceAt(status, refresh).LightAt(refresh) != LedColor.Dark, lit[0]));
        }
    }

    [Theory]
    [InlineData(0, 100, 0b0000_0000)]
    [InlineData(1, 100, 0b0000_0001)]
    [InlineData(13, 100, 0b0000_0011)]
    [InlineData(50, 100, 0b0000_1111)]
    [InlineData(99, 100, 0b0111_1111)]
    [InlineData(100, 100, 0b1111_1111)]
    [InlineData(101, 100, 0b1111_1111)]
    [InlineData(1, 2, 0b0000_1111)]
    [InlineData(2, 2, 0b1111_1111)]
    public void The_bar_is_full_only_when_the_box_is(int calls, int capacity, byte bits) => Assert.Equal(bits, LedBar.BitsOf(calls, capacity));
}
