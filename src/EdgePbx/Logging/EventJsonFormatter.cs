using System.Buffers;
using System.Globalization;
using System.Numerics;
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

    [ThreadStatic]
    private static char[]? _text;

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        (ArrayBufferWriter<byte> bytes, Utf8JsonWriter json) = _writer ??= NewWriter();
        bytes.ResetWrittenCount();
        json.Reset(bytes);
        json.WriteStartObject();
        Span<char> time = stackalloc char[EventFields.TimeLength];
        EventFields.WriteTime(clock, time);
        json.WriteString("timestamp"u8, time);
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
        Append(textWriter, bytes.WrittenSpan);
    }

    private static void Append(TextWriter writer, ReadOnlySpan<byte> line)
    {
        if (_text is null || _text.Length < line.Length)
        {
            _text = new char[Math.Max(1024, (int)BitOperations.RoundUpToPowerOf2((uint)line.Length))];
        }
        writer.Write(_text.AsSpan(0, Encoding.UTF8.GetChars(line, _text)));
        writer.WriteLine();
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
        Span<char> text = stackalloc char[64];
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
            case ISpanFormattable value when value.TryFormat(text, out int length, default, CultureInfo.InvariantCulture):
                json.WriteString(name, text[..length]);
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
