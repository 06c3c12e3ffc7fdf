using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace EdgePbx;

/// <summary>One line for people: time, level, event, message. The fields are those that the message names.</summary>
internal sealed class EventTextFormatter(TimeProvider clock) : ConsoleFormatter("event-text")
{
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        string message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        if (logEntry.Exception is { } exception)
        {
            message += $" | {exception}";
        }
        textWriter.Write(clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        textWriter.Write($" {EventFields.NameOf(logEntry.LogLevel),-8} {EventFields.NameOf(logEntry)}: ");
        foreach (char c in message)
        {
            textWriter.Write(char.IsControl(c) ? ' ' : c); // a peer's text must not start a line of its own
        }
        textWriter.WriteLine();
    }
}
