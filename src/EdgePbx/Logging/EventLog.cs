using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace EdgePbx;

/// <summary>
/// The log: entries become lines where they arise, the <c>log</c> thread writes them out. The queue between is bounded:
/// when nobody reads our output, lines are dropped and counted, and no call waits.
/// </summary>
/// <remarks>The console logger of the framework has such a queue too, but keeps its count of dropped lines to itself.</remarks>
internal sealed class EventLog : ILogger, ILoggerProvider
{
    private const int QueuedLines = 4096;

    private readonly LineQueue _lines;
    private readonly Stream _output;
    private readonly Thread _thread;
    private readonly ConsoleFormatter _json;
    private readonly ConsoleFormatter _text;
    private volatile ConsoleFormatter _formatter;
    private volatile LogLevel _level = LogLevel.Information;
    private long _dropped;
    private bool _isStarted;
    private bool _isDisposed;
    private long _reported;

    [ThreadStatic]
    private static Utf8LineWriter? _line;

    /// <param name="output">Where the lines go; it is closed with the log.</param>
    /// <param name="clock">For the timestamps.</param>
    /// <param name="capacity">Lines that may wait.</param>
    public EventLog(Stream output, TimeProvider clock, int capacity = QueuedLines)
    {
        _output = output;
        _lines = new LineQueue(capacity);
        _json = new EventJsonFormatter(clock);
        _text = new EventTextFormatter(clock);
        _formatter = _json;
        Pulse = new Pulse("log", Wake);
        _thread = new Thread(WriteLines) { Name = "log", IsBackground = true };
    }

    /// <summary>Its thread's sign of life.</summary>
    public Pulse Pulse { get; }

    /// <summary>Lines lost since the start, because the queue was full or the output broken.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public void Configure(LogFormat format, LogLevel level) => (_formatter, _level) = (IsText(format) ? _text : _json, level);

    private static bool IsText(LogFormat format) => format == LogFormat.Text || (format == LogFormat.Auto && !Console.IsOutputRedirected);

    public bool IsEnabled(LogLevel logLevel) => logLevel >= _level && logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }
        Utf8LineWriter line = _line ??= new Utf8LineWriter();
        line.Clear();
        var entry = new LogEntry<TState>(logLevel, "edgepbx", eventId, state, exception, formatter);
        _formatter.Write(entry, scopeProvider: null, line);
        StartWriting();
        if (!_lines.TryAdd(line.Written))
        {
            _ = Interlocked.Increment(ref _dropped); // or a thread still talks while the process ends
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public ILogger CreateLogger(string categoryName) => this;

    /// <summary>Writes out what waits, unless nobody reads it.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }
        _lines.Complete();
        bool hasSpoken = Interlocked.Exchange(ref _isStarted, true); // a line that comes now starts nothing any more
        if (!hasSpoken || _thread.Join(ShutdownLimits.Log))
        {
            _output.Dispose();
        }
    }

    private void Wake()
    {
        StartWriting();
        _lines.Wake();
    }

    // with the first line: phones are answered before there is one
    private void StartWriting()
    {
        if (!Volatile.Read(ref _isStarted) && !Interlocked.Exchange(ref _isStarted, true))
        {
            _thread.Start();
        }
    }

    private void WriteLines()
    {
        while (_lines.TryTake(out ReadOnlySpan<byte> lines, out int count))
        {
            Pulse.BeginWaiting();
            try
            {
                if (count > 0) // else a sign of life is wanted
                {
                    _output.Write(lines);
                    _output.Flush();
                }
                ReportDropped();
            }
            catch (IOException)
            {
                _ = Interlocked.Add(ref _dropped, count); // the reader has gone; the calls go on
            }
            Pulse.EndWaiting();
        }
    }

    // said by the thread that just made room, once for each time that lines were lost
    private void ReportDropped()
    {
        long dropped = Dropped;
        if (dropped != _reported && _lines.IsCaughtUp)
        {
            _reported = dropped;
            this.LogLinesDropped(dropped);
        }
    }
}
