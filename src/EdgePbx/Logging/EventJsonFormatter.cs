using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace EdgePbx;

/// <summary>One JSON object a line: timestamp, level, event, message, and each field of the event under its snake_case name.</summary>
internal sealed class EventJsonFormatter(TimeProvider clock) : ConsoleFormatter("event-json")
{
    private static readonly JsonWriterOptions Options = new()
    {
        // a log is not a web page: only what JSON itself demands is escaped
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Bytes, Utf8JsonWriter Json)? _writer;

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        (ArrayBufferWriter<byte> bytes, Utf8JsonWriter json) = _writer ??= NewWriter();
        bytes.ResetWrittenCount();
        json.Reset(bytes);
        json.WriteStartObject();
        json.WriteString("timestamp"u8, clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteString("level"u8, EventFields.NameOf(logEntry.LogLevel));
        json.WriteString("event"u8, EventFields.NameOf(logEntry));
        json.WriteString("message"u8, logEntry.Formatter(logEntry.State, logEntry.Exception));
        if (logEntry.State is IReadOnlyList<KeyValuePair<string, object?>> fields)
        {
            for (int i = 0; i < fields.Count; i++)
            {
                WriteField(json, fields[i]);
            }
        }
        if (logEntry.Exception is { } exception)
        {
            json.WriteString("exception"u8, exception.ToString());
        }
        json.WriteEndObject();
        json.Flush();
        textWriter.WriteLine(Encoding.UTF8.GetString(bytes.WrittenSpan));
    }

    private static (ArrayBufferWriter<byte> Bytes, Utf8JsonWriter Json) NewWriter()
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        return (bytes, new Utf8JsonWriter(bytes, Options));
    }

    private static void WriteField(Utf8JsonWriter json, KeyValuePair<string, object?> field)
    {
        if (field.Key == EventFields.Template)
        {
            return;
        }
        JsonEncodedText name = EventFields.NameOf(field.Key);
        switch (field.Value)
        {
            case null:
                json.WriteNull(name);
                break;
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case int or long or short or ushort or byte or sbyte or uint:
                json.WriteNumber(name, Convert.ToInt64(field.Value, CultureInfo.InvariantCulture));
                break;
            case ulong number:
                json.WriteNumber(name, number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumber(name, number);
                break;
            case decimal number:
                json.WriteNumber(name, number);
                break;
            case TimeSpan span:
                json.WriteNumber(name, span.TotalSeconds);
                break;
            case IFormattable value:
                json.WriteString(name, value.ToString(null, CultureInfo.InvariantCulture));
                break;
            default:
                json.WriteString(name, field.Value.ToString());
                break;
        }
    }
}
