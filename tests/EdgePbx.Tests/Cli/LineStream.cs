using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;

namespace EdgePbx.Tests;

/// <summary>A log that a test reads while it is written.</summary>
internal sealed class LineStream : MemoryStream
{
    private readonly BlockingCollection<string> _lines = [];
    private readonly ConcurrentQueue<string> _everything = new();

    public string Everything => string.Concat(_everything);

    /// <summary>The next event of that name; others are passed over.</summary>
    public JsonElement Next(string name)
    {
        while (_lines.TryTake(out string? line, TimeSpan.FromMinutes(5)))
        {
            JsonElement parsed = JsonDocument.Parse(line).RootElement;
            if (parsed.GetProperty("event").GetString() == name)
            {
                return parsed;
            }
        }
        throw new TimeoutException($"no {name} came");
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        string text = Encoding.UTF8.GetString(buffer, offset, count); // one line or more, all of them whole
        _everything.Enqueue(text);
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            _lines.Add(line);
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);
}
