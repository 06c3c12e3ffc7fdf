using EdgePbx.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgePbx;

/// <summary><c>edgepbx leds</c>: what they mean, whether they are wired right, and what they show right now.</summary>
internal static class LedsVerb
{
    public static int Explain(TextWriter output)
    {
        output.Write(LedCard.Text);
        return ExitCode.Done;
    }

    /// <summary>On the lines of the board, or where there is no board in the terminal.</summary>
    public static int Test(string? named, TextWriter output, TextWriter error)
    {
        if (BoardLoader.Find(named, StarterConfig.FileName) is not { } file)
        {
            return TestInTerminal(output);
        }
        BoardResult result = BoardLoader.Load(file);
        if (result.Board is not { } board)
        {
            CheckConfigVerb.WriteErrors(result.Errors, error);
            return ExitCode.Configuration;
        }
        var log = new LedTestLog(error);
        IReadOnlyList<LampGroup> groups = BoardLamps.Of(board, BoardLamps.ExpandersOf(board), log);
        output.WriteLine($"{file}: {board.Leds.Count} LEDs{(board.Bar is null ? "" : " and a bar")}{(board.Name.Length > 0 ? $" on {board.Name}" : "")}");
        PanelKind? kind = board.Display is null ? null : BoardDisplays.KindOf(board.Display);
        using Retried<IStatusPanel>? display = kind is null ? null : new Retried<IStatusPanel>(kind.Name, kind.Open, log);
        new LedTest(groups, row =>
        {
            output.WriteLine(Announced(row));
            output.Flush();
            ShowOn(display, kind, row);
        }).Run(() => MonotonicClock.Now, Thread.Sleep);
        foreach (LampGroup group in groups)
        {
            group.Dispose();
        }
        return log.Failures == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static void ShowOn(Retried<IStatusPanel>? display, PanelKind? kind, LedRow row)
    {
        Instant now = MonotonicClock.Now;
        try
        {
            display?.Get(now)?.Show(kind!.Draw(new StatusPage(LedWords.Of(row.Leds), row.Name, [LedWords.Of(row), "ÄÖÜ äöüß"], "8.8.8.8.")));
        }
#pragma warning disable CA1031 // it is logged, and the lamps go on
        catch (Exception failure)
#pragma warning restore CA1031
        {
            display!.Fail(now, failure);
        }
    }

    public static int Watch(string? config, bool once, TextWriter output, TextWriter error)
    {
        if (StatusVerb.Ask(config, StatusRequest.Leds, error, out int code) is not { } json)
        {
            return code;
        }
        LedStatus status = LedWatch.Parse(json);
        if (once || Console.IsOutputRedirected)
        {
            output.WriteLine(LedWatch.Describe(status, MonotonicClock.Now));
            return ExitCode.Done;
        }
        string socket = StatusVerb.FindSocket(config ?? StarterConfig.FileName, out _)!; // the copy's too
        output.WriteLine("The LEDs of the running EdgePbx; Ctrl+C ends it.");
        output.WriteLine();
        LedWatch.Draw(status, () => StatusClient.Ask(socket, StatusRequest.Leds) is { } answer ? LedWatch.Parse(answer) : null, output);
        error.WriteLine("edgepbx: it does not run any more");
        return ExitCode.Failed;
    }

    private static int TestInTerminal(TextWriter output)
    {
        output.WriteLine($"There is no {BoardConfig.FileName} here, so the LEDs are drawn; Ctrl+C ends it.");
        output.WriteLine();
        LedId[] leds = LedWatch.Leds;
        using var terminal = new TerminalLamps(output, [.. leds.Select(LedWords.Of)], hasBar: true);
        using var group = new LampGroup(
            "terminal", [.. leds.Select(led => new LedLamp(led, IsRed: false))], hasBar: true, () => terminal, NullLogger.Instance);
        new LedTest([group], row =>
        {
            for (int i = 0; i < leds.Length; i++)
            {
                terminal.Say(i, row.Leds.HasFlag(leds[i]) ? LedWords.Describe(row) : "");
            }
        }).Run(() => MonotonicClock.Now, Thread.Sleep);
        return ExitCode.Done;
    }

    private static string Announced(LedRow row)
    {
        string color = LedWords.Of(row.Color);
        return $"{LedWords.Of(row.Leds),-8} {LedWords.Describe(row)}{(color.Length > 0 ? $", {color}" : "")}";
    }
}
