namespace EdgePbx;

/// <summary>Where something stands in the file, counted from 1.</summary>
internal readonly record struct TomlPosition(int Line, int Column);

/// <summary>One value with its place: text, a number, true or false, a list, a table or a date.</summary>
internal sealed record TomlNode(TomlPosition Position, object Value)
{
    /// <summary>What a person calls this kind of value.</summary>
    public string KindName => Value switch
    {
        string => "text",
        long => "a whole number",
        double => "a number with a fraction",
        bool => "true or false",
        List<TomlNode> => "a list",
        TomlTable => "a table",
        _ => "a date",
    };
}

/// <summary>A table, its keys in the order of the file; inline, dotted and bracketed tables look the same from here.</summary>
internal sealed class TomlTable(TomlPosition position)
{
    private readonly Dictionary<string, TomlEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>Of its header, or where its first key stands.</summary>
    public TomlPosition Position => position;

    public IReadOnlyDictionary<string, TomlEntry> Entries => _entries;

    public void Add(string key, TomlPosition at, TomlNode node) => _entries.TryAdd(key, new TomlEntry(at, node));

    /// <summary>The table under that key, made now if there is none; null if the key holds something else.</summary>
    public TomlTable? Open(string key, TomlPosition at)
    {
        if (!_entries.TryGetValue(key, out TomlEntry entry))
        {
            entry = new TomlEntry(at, new TomlNode(at, new TomlTable(at)));
            _entries.Add(key, entry);
        }
        return entry.Node.Value is List<TomlNode> { Count: > 0 } list ? list[^1].Value as TomlTable : entry.Node.Value as TomlTable;
    }

    /// <summary>Appends a table to the list under that key; null if the key holds something else.</summary>
    public TomlTable? Append(string key, TomlPosition at)
    {
        if (!_entries.TryGetValue(key, out TomlEntry entry))
        {
            entry = new TomlEntry(at, new TomlNode(at, new List<TomlNode>()));
            _entries.Add(key, entry);
        }
        if (entry.Node.Value is not List<TomlNode> list)
        {
            return null;
        }
        var table = new TomlTable(at);
        list.Add(new TomlNode(at, table));
        return table;
    }
}

/// <summary>A key's own place and its value.</summary>
internal readonly record struct TomlEntry(TomlPosition KeyPosition, TomlNode Node);
