namespace EdgePbx.Core;

/// <summary>One line of the table: what a lamp says, how it looks, and what a person makes of it.</summary>
/// <param name="Leds">On which lamp; more than one: on all of them at once.</param>
/// <param name="Name">In a few words.</param>
/// <param name="Advice">What to do; empty: nothing.</param>
public sealed record LedRow(LedMeaning Meaning, LedId Leds, LedColor Color, LedPattern Pattern, string Name, string Advice = "")
{
    /// <summary>The pattern is shown once, and not again.</summary>
    public bool IsOnce => Meaning == LedMeaning.Refreshed;
}

/// <summary>The table that everything else is made of: lamps, card, test and terminal. Its order is the order of <see cref="LedMeaning"/>.</summary>
public static class LedLanguage
{
    private const int Long = 700;
    private const int Code = 1200;
    private const int Dark = 2000;

    public static IReadOnlyList<LedRow> Rows { get; } =
    [
        new(LedMeaning.ResetWarning, LedId.All, LedColor.Attention, LedPattern.Blink(50),
            "factory reset is near", "Let go of the button now to keep everything as it is."),
        new(LedMeaning.SelfTestRunning, LedId.All, LedColor.Normal, LedPattern.Winks(1, 200, 0, 800),
            "self-test runs", "Wait ten seconds at most."),
        new(LedMeaning.SelfTestFailed, LedId.All, LedColor.Error, Alarm(4),
            "self-test failed", "Run `edgepbx selftest`: it says what does not work and what to look at."),
        new(LedMeaning.SelfTestPassed, LedId.All, LedColor.Normal, LedPattern.Winks(3, 200, 200, 1400), "self-test passed"),
        new(LedMeaning.NoConfiguration, LedId.System, LedColor.Error, Fault(1),
            "no configuration that can be used", "Run `edgepbx check-config`, or hold the button for 10 s to begin anew. It is tried again and again."),
        new(LedMeaning.CannotListen, LedId.System, LedColor.Error, Fault(2),
            "it cannot listen", "Something else uses its port, or this machine has not the address: see `listen_failed` in the log. It is tried again and again."),
        new(LedMeaning.CannotWrite, LedId.System, LedColor.Error, Fault(4),
            "no first configuration can be written", "There is none yet, and the medium is full, broken or can only be read: look at `df` and the SD card. It is tried again and again."),
        new(LedMeaning.CannotMeasure, LedId.System, LedColor.Error, Fault(5),
            "it cannot measure this board", "Ports 16384 to 20479 are taken, or too few files are allowed: see what it says at its start, or give `media.max_calls` a number. It is tried again and again."),
        new(LedMeaning.BrokeDown, LedId.System, LedColor.Error, Fault(3),
            "it broke down and was started again", "In the last five minutes, and all calls ended. Report what the log says at `thread_failed`."),
        new(LedMeaning.StorageFailed, LedId.System, LedColor.Error, Alarm(3),
            "nothing can be written", "The medium is full, broken or gone: look at `df`, the log and the SD card. Calls go on."),
        new(LedMeaning.ConfigRefused, LedId.System, LedColor.Error, Alarm(1),
            "the changed configuration is wrong", "Run `edgepbx check-config`. The old one stays in force until it is right."),
        new(LedMeaning.LeftBehind, LedId.System, LedColor.Error, Alarm(2),
            "a call left something behind", "Run `edgepbx audit`, report what it shows, then `edgepbx audit --acknowledge`."),
        new(LedMeaning.NoLink, LedId.Network, LedColor.Error, LongFlashes(1),
            "no link", "Look at the network cable and at the switch."),
        new(LedMeaning.NoAddress, LedId.Network, LedColor.Error, LongFlashes(2),
            "no address", "Look for the DHCP server, or set an address."),
        new(LedMeaning.Starting, LedId.System, LedColor.Normal, LedPattern.Blink(500),
            "starting or stopping", "Wait. If it does not end, read the log."),
        new(LedMeaning.Degraded, LedId.System, LedColor.Attention, LedPattern.Flashes(1, 2000, 0, 500),
            "works with limits", "New calls or phones are refused for want of room, or its watchdog or its status socket can't be had: `edgepbx status` and the log say why."),
        new(LedMeaning.RefreshLate, LedId.Timer, LedColor.Attention, LedPattern.Blink(250),
            "a session refresh is late", "A phone of a call may be gone: `edgepbx status` names it. The call ends by itself if it is."),
        new(LedMeaning.AtCapacity, LedId.Calls, LedColor.Attention, LedPattern.Blink(100),
            "as many calls as there may be", "The next one is refused. `media.max_calls` is the limit."),
        new(LedMeaning.NoPhone, LedId.Network, LedColor.Attention, LongFlashes(3),
            "no phone is registered", "Look at server, number and password in the phones, and for `credentials_refused` in the log."),
        new(LedMeaning.TimeNotSet, LedId.Network, LedColor.Attention, LongFlashes(4),
            "the clock is not set", "Look for the time server (NTP). Calls work; log and call records carry a wrong time."),
        new(LedMeaning.SessionExpired, LedId.Timer, LedColor.Attention, LedPattern.Winks(2, 200, 200, 1400),
            "a call was ended by expiry", "In the last five minutes: a phone went away without hanging up. `edgepbx status` names it."),
        new(LedMeaning.Refreshed, LedId.Timer, LedColor.Normal, LedPattern.Winks(2, 200, 200, 200), // seen in either half of the pulse
            "a session was refreshed", "Nothing; it is shown once for each refresh."),
        new(LedMeaning.ManyCalls, LedId.Calls, LedColor.Normal, LedPattern.Steady, "more than five calls"),
        new(LedMeaning.FiveCalls, LedId.Calls, LedColor.Normal, ShortFlashes(5), "five calls"),
        new(LedMeaning.FourCalls, LedId.Calls, LedColor.Normal, ShortFlashes(4), "four calls"),
        new(LedMeaning.ThreeCalls, LedId.Calls, LedColor.Normal, ShortFlashes(3), "three calls"),
        new(LedMeaning.TwoCalls, LedId.Calls, LedColor.Normal, ShortFlashes(2), "two calls"),
        new(LedMeaning.OneCall, LedId.Calls, LedColor.Normal, ShortFlashes(1), "one call"),
        new(LedMeaning.TimersHealthy, LedId.Timer, LedColor.Normal, LedPattern.Blink(1000), "session timers run, all is well"),
        new(LedMeaning.Ready, LedId.System, LedColor.Normal, LedPattern.Flashes(1, 100, 0, 3900), "ready"),
        new(LedMeaning.Online, LedId.Network, LedColor.Normal, LedPattern.Flashes(1, 100, 0, 3900), "network and phones are there"),
        new(LedMeaning.NoCall, LedId.Calls, LedColor.Dark, LedPattern.Dark, "no call"),
        new(LedMeaning.NoTimer, LedId.Timer, LedColor.Dark, LedPattern.Dark, "no session timer is armed"),
    ];

    public static LedRow Of(LedMeaning meaning) => Rows[(int)meaning];

    private static LedPattern ShortFlashes(int count) => LedPattern.Flashes(count, 200, 300, 1300);

    private static LedPattern LongFlashes(int count) => LedPattern.Flashes(count, Long, 500, Dark);

    /// <summary>Something is wrong, and calls go on: one long flash, then so many short ones.</summary>
    private static LedPattern Alarm(int count) => LedPattern.Flashes(count, 200, 400, Dark) with { Lead = Code, Leads = 1 };

    /// <summary>Calls do not go on, or did not: two long flashes, then so many short ones.</summary>
    private static LedPattern Fault(int count) => Alarm(count) with { Leads = 2 };
}
