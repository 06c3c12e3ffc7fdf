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
        Span<char> time = stackalloc char[EventFields.TimeLength];
        EventFields.WriteTime(clock, time);
        textWriter.Write(time);
        textWriter.Write($" {EventFields.NameOf(logEntry.LogLevel),-8} {EventFields.NameOf(logEntry)}: ");
        textWriter.Write(string.Create(message.Length, message, static (line, said) =>
        {
            for (int i = 0; i < line.Length; i++)
            {
                line[i] = char.IsControl(said[i]) ? ' ' : said[i]; // a peer's text must not start a line of its own
            }
        }));
        textWriter.WriteLine();
    }
}
