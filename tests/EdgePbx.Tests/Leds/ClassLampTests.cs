using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>The kernel's LED class, played by a folder of files.</summary>
public sealed class ClassLampTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ClassLampTests() => Make("pbx:green:calls", "none timer [mmc0] heartbeat", "255");

    [Fact]
    public void It_takes_the_lamp_from_its_trigger_and_gives_it_back()
    {
        using (ClassLamps lamps = Open())
        {
            Assert.Equal(("none", "0"), (Read("trigger"), Read("brightness")));
            lamps.Show(0, LedColor.Normal);
            Assert.Equal("255", Read("brightness"));
            lamps.Show(0, LedColor.Dark);
            Assert.Equal("0", Read("brightness"));
            lamps.Show(0, LedColor.Error);
        }
        Assert.Equal(("mmc0", "0"), (Read("trigger"), Read("brightness")));
    }

    [Fact]
    public void The_kernel_blinks_what_its_timer_can()
    {
        using ClassLamps lamps = Open();
        Assert.True(lamps.TryBlink(0, Face(LedMeaning.Ready)));
        Assert.Equal(("timer", "100", "3900"), (Read("trigger"), Read("delay_on"), Read("delay_off")));
        Assert.True(lamps.TryBlink(0, Face(LedMeaning.SelfTestRunning)));
        Assert.Equal(("800", "200"), (Read("delay_on"), Read("delay_off")));
        lamps.Show(0, LedColor.Dark);
        Assert.Equal(("none", "0"), (Read("trigger"), Read("brightness")));
        Assert.False(lamps.TryBlink(0, Face(LedMeaning.TwoCalls)));
        Assert.False(lamps.TryBlink(0, Face(LedMeaning.ConfigRefused)));
    }

    [Fact]
    public void A_kernel_without_the_timer_leaves_it_to_us()
    {
        Make("pbx:green:calls", "[none] mmc0", "1");
        using ClassLamps lamps = Open();
        Assert.False(lamps.TryBlink(0, Face(LedMeaning.Ready)));
        lamps.Show(0, LedColor.Normal);
        Assert.Equal("1", Read("brightness"));
    }

    [Fact]
    public void A_lamp_that_is_not_there_is_named_with_those_that_are()
    {
        Make("ACT", "[none]", "1");
        LampException failure = Assert.Throws<LampException>(() => new ClassLamps(_folder.Path, ["PWR"]));
        Assert.Equal($"there is no {_folder.File("PWR")}; there are: ACT, pbx:green:calls", failure.Message);
    }

    [Fact]
    public void A_lamp_that_goes_away_is_a_failure_that_says_so()
    {
        using ClassLamps lamps = Open();
        Directory.Delete(_folder.File("pbx:green:calls"), recursive: true);
        LampException failure = Assert.Throws<LampException>(() => lamps.TryBlink(0, Face(LedMeaning.Ready)));
        Assert.StartsWith(_folder.File("pbx:green:calls"), failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static LedFace Face(LedMeaning meaning) => new(LedLanguage.Of(meaning).Pattern, LedColor.Normal, default);

    private ClassLamps Open() => new(_folder.Path, ["pbx:green:calls"]);

    // what is written over a longer value leaves the end of that behind, which the kernel's files don't
    private string Read(string file) => File.ReadAllText(Path.Combine(_folder.File("pbx:green:calls"), file)).Split('\n')[0];

    private void Make(string name, string triggers, string brightest)
    {
        string folder = _folder.File(name);
        _ = Directory.CreateDirectory(folder);
        foreach ((string file, string text) in new[]
        {
            ("trigger", triggers), ("max_brightness", brightest), ("brightness", brightest), ("delay_on", "500"), ("delay_off", "500"),
        })
        {
            File.WriteAllText(Path.Combine(folder, file), text + "\n");
        }
    }
}
