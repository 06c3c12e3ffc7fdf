namespace EdgePbx.Core;

/// <summary>What a page says, before anybody knows how large the display is.</summary>
/// <param name="Title">Of at most ten characters or so, but for the box's own name.</param>
/// <param name="Main">What somebody sees from afar: a number, a few words; may be empty.</param>
/// <param name="Details">Whole sentences, the more important first.</param>
/// <param name="Digits">The same for four digits of seven segments; a dot belongs to the character before it.</param>
public sealed record StatusPage(string Title, string Main, IReadOnlyList<string> Details, string Digits);

/// <summary>From status to words: what each page says at a moment. No I/O; it allocates, so what it gave is kept until <see cref="ValidUntil"/>.</summary>
public static class StatusPages
{
    public static StatusPage Of(DisplayPage page, LedStatus status, Instant now) => page switch
    {
        DisplayPage.Box => OfBox(status, now),
        DisplayPage.Phones => OfPhones(status.Engine),
        DisplayPage.Calls => OfCalls(status.Engine),
        DisplayPage.Timers => OfTimers(status.Engine, now),
        DisplayPage.LastCall => OfLastCall(status.Engine.LastCall, now),
        DisplayPage.Lamps => OfLamps(status, now),
        _ => OfAction(status.Action),
    };

    /// <summary>Until when the page says that, if nothing happens: what it says of time is said in whole minutes, hours and days.</summary>
    public static Instant ValidUntil(DisplayPage page, LedStatus status, Instant now)
    {
        Instant until = LedPolicy.NextChange(status, now);
        if (page == DisplayPage.Timers)
        {
            foreach (Instant late in status.Engine.LateMoments.All)
            {
                until = late > now && late < until ? late : until;
            }
        }
        if (page == DisplayPage.LastCall && status.Engine.LastCall is { } call)
        {
            TimeSpan minute = TimeSpan.FromMinutes(1);
            Instant next = call.At + (minute * (Math.Floor((now - call.At) / minute) + 1));
            until = next < until ? next : until;
        }
        return until;
    }

    private static StatusPage OfBox(LedStatus status, Instant now)
    {
        LedRow worst = DisplayPolicy.Worst(status, now);
        string phase = status.Phase switch { LedPhase.Ready => "ready", LedPhase.Stopping => "stopping", _ => "starting" };
        string digits = worst.Color == LedColor.Error ? $"E{DisplayWords.CodeOf(worst)}"
            : status.Phase switch { LedPhase.Ready => "good", LedPhase.Stopping => "StOP", _ => "Strt" };
        return new StatusPage(
            status.Box.Name.Length == 0 ? "EdgePbx" : DisplayText.Of(status.Box.Name),
            status.Box.Address.Length == 0 ? "no address" : DisplayText.Of(status.Box.Address),
            [worst.Color == LedColor.Error ? worst.Name : phase], digits);
    }

    private static StatusPage OfPhones(EngineStatus engine) => new(
        "Phones", DisplayWords.Of(engine.Registrations), [engine.Registrations == 0 ? "none registered" : "registered"], $"P{Right(engine.Registrations)}");

    private static StatusPage OfCalls(EngineStatus engine) => new(
        "Calls", DisplayWords.Of(engine.Calls),
        [engine.Calls > 0 && engine.Calls >= engine.Capacity ? "no other fits" : $"of {DisplayWords.Of(engine.Capacity)} at once"],
        $"C{Right(engine.Calls)}");

    private static StatusPage OfTimers(EngineStatus engine, Instant now)
    {
        int late = engine.LateMoments.CountAt(now);
        string number = late == LateMoments.Kept ? $"{late}+" : DisplayWords.Of(late);
        return new StatusPage(
            "Timers", engine.SessionTimers == 0 ? "none" : late == 0 ? "none late" : $"{number} late",
            engine.SessionTimers == 0 ? ["no call has one"]
                : late == 0 ? [$"of {DisplayWords.Of(engine.SessionTimers)} that run"]
                : [$"of {DisplayWords.Of(engine.SessionTimers)} that run", "a phone may be gone"],
            $"L{Right(late)}");
    }

    private static StatusPage OfLastCall(EndedCallStatus? call, Instant now)
    {
        if (call is null)
        {
            return new StatusPage("Last call", "none", [], "q --");
        }
        string ago = DisplayWords.Ago(now - call.At);
        string score = DisplayWords.Score(call.Score);
        return new StatusPage(
            "Last call", score, call.Score is { } heard ? [call.How, $"{ago}, {DisplayWords.Quality(heard)}"] : [call.How, ago],
            call.Score is null ? "q --" : $"q {score}");
    }

    private static StatusPage OfLamps(LedStatus status, Instant now)
    {
        LedRow worst = DisplayPolicy.Worst(status, now);
        string code = DisplayWords.CodeOf(worst);
        List<string> details = [];
        if (worst.Advice.Length > 0)
        {
            details.Add(worst.Advice.Replace("`", "", StringComparison.Ordinal));
        }
        bool isError = worst.Color == LedColor.Error;
        return new StatusPage(isError ? $"Error {code}" : "To look at", worst.Name, details, isError ? $"E{code}" : code.Length > 0 ? $"A{code}" : "notE");
    }

    private static StatusPage OfAction(LedAction action) => action switch
    {
        LedAction.ResetWarning => new("Reset", "let go!", ["Let go of the button now to keep everything as it is."], "rSEt"),
        LedAction.SelfTestRunning => new("Self-test", "runs", ["10 s at most"], "tESt"),
        LedAction.SelfTestPassed => new("Self-test", "passed", ["calls go through"], "PASS"),
        _ => new("Self-test", "failed", [$"code {DisplayWords.CodeOf(LedLanguage.Of(LedMeaning.SelfTestFailed))}", "edgepbx selftest says what does not work."], "FAIL"),
    };

    private static string Right(int number) => DisplayWords.Of(Math.Min(number, 999)).PadLeft(3);
}
