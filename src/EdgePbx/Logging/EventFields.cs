using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgePbx;

/// <summary>What both formatters need of an entry: its event's name, its level as one word, its fields as snake_case names.</summary>
internal static class EventFields
{
    /// <summary>The entry of the message's template, which is no field.</summary>
    public const string Template = "{OriginalFormat}";

    /// <summary>Characters of <see cref="WriteTime"/>.</summary>
    public const int TimeLength = 24;

    private static readonly ConcurrentDictionary<string, JsonEncodedText> Names = new(StringComparer.Ordinal);

    /// <summary>Now, as RFC 3339 has it, in UTC and with milliseconds.</summary>
    public static void WriteTime(TimeProvider clock, Span<char> time) =>
        _ = clock.GetUtcNow().TryFormat(time, out _, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string NameOf<TState>(in LogEntry<TState> entry) => entry.EventId.Name ?? entry.Category;

    public static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        _ => "critical",
    };

    /// <summary>CallId → call_id. The names come from our own event methods, so the cache is as small as their number.</summary>
    public static JsonEncodedText NameOf(string property) => Names.GetOrAdd(property, static name =>
    {
        string snake = JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
        return JsonEncodedText.Encode(snake is "timestamp" or "level" or "event" or "message" or "exception" ? snake + "_value" : snake);
    });
}
