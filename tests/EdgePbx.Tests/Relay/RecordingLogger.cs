using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EdgePbx.Tests;

/// <summary>A notebook for events.</summary>
internal sealed class RecordingLogger : ILogger
{
    private readonly ConcurrentQueue<string> _events = new();

    public int EventCount(string name) => _events.Count(logged => logged == name);

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _ = formatter(state, exception);
        _events.Enqueue(eventId.Name ?? "");
    }
}
