using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>All patterns one after the other on the lamps that there are, each with its name: whether a board is wired right, seen by eye.</summary>
/// <param name="announce">Told of each line of the table before it is shown.</param>
internal sealed class LedTest(IReadOnlyList<LampGroup> groups, Action<LedRow> announce)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);

    /// <summary>A pattern is shown for a whole cycle, and for two seconds at least.</summary>
    public static TimeSpan TimeOf(LedRow row) => row.Pattern.Cycle > Shortest ? row.Pattern.Cycle : Shortest;

    /// <param name="now">The clock.</param>
    /// <param name="sleep">Waits for that long.</param>
    public void Run(Func<Instant> now, Action<TimeSpan> sleep)
    {
        for (int i = 0; i < LedLanguage.Rows.Count; i++)
        {
            LedRow row = LedLanguage.Rows[i];
            announce(row);
            Instant since = now();
            Show(new RowFaces(row, since) { Bar = (byte)((1 << (i % (LedBar.Length + 1))) - 1) }, since + TimeOf(row), now, sleep);
        }
    }

    private void Show(RowFaces faces, Instant until, Func<Instant> now, Action<TimeSpan> sleep)
    {
        for (Instant at = now(); at < until; at = now())
        {
            Instant due = until;
            foreach (LampGroup group in groups)
            {
                Instant next = group.Update(faces, at);
                due = next < due ? next : due;
            }
            TimeSpan rest = due - now();
            sleep(rest > TimeSpan.Zero ? rest : TimeSpan.Zero);
        }
    }
}

/// <summary>Where drivers complain during a test: to the person who looks at the lamps.</summary>
internal sealed class LedTestLog(TextWriter error) : ILogger
{
    public int Failures { get; private set; }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Failures += logLevel >= LogLevel.Warning ? 1 : 0;
        error.WriteLine($"edgepbx: {formatter(state, exception)}");
    }
}
