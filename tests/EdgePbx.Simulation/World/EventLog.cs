using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx.Simulation;

/// <summary>The engine's log as events for the rules.</summary>
internal sealed class EventLog(Agenda agenda, bool keepsText, Action<LogEvent> onEvent) : ILogger
{
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string call = "";
        string gauge = ""; // the text of an event that has one begins with it
        if (state is IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            for (int i = 0; i < values.Count; i++)
            {
                call = values[i].Key == "Call" ? values[i].Value?.ToString() ?? "" : call;
                gauge = values[i].Key == "Gauge" ? values[i].Value?.ToString() ?? "" : gauge;
            }
        }
        string text = keepsText || exception is not null ? $"{formatter(state, exception)} {exception}" : gauge;
        onEvent(new LogEvent(agenda.Now, eventId.Name ?? "", call, text));
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}
