using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>Listens to the log of the PBX under test for what a check needs to know, and passes it on.</summary>
internal sealed class SelfTestLog(ILogger? inner) : ILogger
{
    private int _cleanupsVerified;
    private volatile string _lastWarning = "";

    public int CleanupsVerified => Volatile.Read(ref _cleanupsVerified);

    /// <summary>The last warning or error; empty if there was none.</summary>
    public string LastWarning => _lastWarning;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information || inner?.IsEnabled(logLevel) == true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Name == "cleanup_verified")
        {
            _ = Interlocked.Increment(ref _cleanupsVerified);
        }
        if (logLevel >= LogLevel.Warning)
        {
            _lastWarning = formatter(state, exception);
        }
        inner?.Log(logLevel, eventId, state, exception, formatter);
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}
