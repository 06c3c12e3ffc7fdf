using EdgePbx.Core;

namespace EdgePbx.Tests;

public class LedWatchTests
{
    /// <summary>In real time, but nothing is timed: it draws what it was told, asks again, and ends when nobody answers.</summary>
    [Fact]
    public void It_draws_what_it_is_told_until_nobody_answers()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var answers = new Queue<LedStatus?>(
        [
            new LedStatus { Phase = LedPhase.Ready, Troubles = LedTroubles.NoLink, Engine = new EngineStatus { Calls = 9, Capacity = 10, Registrations = 1 } },
            null,
        ]);
        LedWatch.Draw(new LedStatus(), answers.Dequeue, output);

        Assert.Empty(answers);
        string drawn = output.ToString();
        Assert.Contains("system   starting or stopping (blinks (once a second))", drawn, StringComparison.Ordinal);
        Assert.Contains("network  no link (one long flash, then dark)", drawn, StringComparison.Ordinal);
        Assert.Contains("calls    more than five calls (lit)", drawn, StringComparison.Ordinal);
        Assert.Contains("███████·  load", drawn, StringComparison.Ordinal);
    }
}
