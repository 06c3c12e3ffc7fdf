using EdgePbx.Core;

namespace EdgePbx;

/// <summary>
/// Takes the keys of one table one by one, with their types and ranges, and notes every mistake. What has been asked
/// for is what is valid, so the list of valid keys can't drift from the code.
/// </summary>
internal sealed class TableReader(TomlTable table, string path, string file, List<ConfigError> errors)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public bool Has(string key) => table.Entries.ContainsKey(Know(key));

    public string Text(string key, string fallback) => TextOrNull(key) ?? fallback;

    public string? TextOrNull(string key)
    {
        if (!table.Entries.TryGetValue(Know(key), out TomlEntry entry))
        {
            return null;
        }
        if (entry.Node.Value is string text)
        {
            return text;
        }
        Refuse(entry.Node.Position, key, $"text is wanted here, not {entry.Node.KindName}");
        return null;
    }

    /// <summary>Text stands there, whatever it says.</summary>
    public bool IsText(string key) => table.Entries.TryGetValue(Know(key), out TomlEntry entry) && entry.Node.Value is string;

    public long Whole(string key, long fallback, long least, long most) => Whole(key, fallback, least, most, "a whole number");

    private long Whole(string key, long fallback, long least, long most, string wanted)
    {
        if (!table.Entries.TryGetValue(Know(key), out TomlEntry entry))
        {
            return fallback;
        }
        if (entry.Node.Value is not long number)
        {
            Refuse(entry.Node.Position, key, $"{wanted} is wanted here, not {entry.Node.KindName}");
            return fallback;
        }
        if (number < least || number > most)
        {
            Refuse(entry.Node.Position, key, $"{number} is out of range ({least} to {most})");
            return fallback;
        }
        return number;
    }

    /// <summary>A whole number, or null where this word stands instead.</summary>
    public long? WholeOr(string word, string key, long fallback, long least, long most) =>
        table.Entries.TryGetValue(Know(key), out TomlEntry entry) && entry.Node.Value is string text && text == word
            ? null
            : Whole(key, fallback, least, most, $"a whole number or \"{word}\"");

    public bool Flag(string key, bool fallback = false)
    {
        if (!table.Entries.TryGetValue(Know(key), out TomlEntry entry))
        {
            return fallback;
        }
        if (entry.Node.Value is bool flag)
        {
            return flag;
        }
        Refuse(entry.Node.Position, key, $"true or false is wanted here, not {entry.Node.KindName}");
        return fallback;
    }

    /// <summary>One of a few words; the first is the default.</summary>
    public int Choice(string key, params ReadOnlySpan<string> words)
    {
        if (TextOrNull(key) is not { } word)
        {
            return 0;
        }
        int index = words.IndexOf(word);
        if (index < 0)
        {
            Refuse(key, $"'{word}' is not one of {string.Join(", ", words)}{DidYouMean(word, words.ToArray())}");
        }
        return Math.Max(index, 0);
    }

    /// <summary>A literal address that a peer can reach; none when the key is absent.</summary>
    public NetAddress Address(string key)
    {
        if (TextOrNull(key) is not { } text)
        {
            return default;
        }
        if (!NetAddress.TryParse(text, out NetAddress address))
        {
            Refuse(key, $"'{text}' is not an IP address");
        }
        else if (address.IsUnspecified)
        {
            Refuse(key, $"'{text}' means every address; name the one that phones can reach, or leave the key out");
        }
        return address;
    }

    public IReadOnlyList<TomlNode>? List(string key)
    {
        if (!table.Entries.TryGetValue(Know(key), out TomlEntry entry))
        {
            return null;
        }
        if (entry.Node.Value is List<TomlNode> list)
        {
            return list;
        }
        Refuse(entry.Node.Position, key, $"a list is wanted here, not {entry.Node.KindName}");
        return null;
    }

    /// <summary>The section of that name; an empty one when the file has none.</summary>
    public TableReader Section(string key)
    {
        if (!table.Entries.TryGetValue(Know(key), out TomlEntry entry))
        {
            return new TableReader(new TomlTable(table.Position), key, file, errors);
        }
        if (entry.Node.Value is TomlTable section)
        {
            return new TableReader(section, key, file, errors);
        }
        Refuse(entry.KeyPosition, key, $"a section is wanted here: [{key}]");
        return new TableReader(new TomlTable(entry.KeyPosition), key, file, errors);
    }

    /// <summary>The sections of a <c>[[name]]</c> list.</summary>
    public IEnumerable<TableReader> Sections(string key)
    {
        if (!table.Entries.TryGetValue(Know(key), out TomlEntry entry))
        {
            yield break;
        }
        if (entry.Node.Value is not List<TomlNode> list)
        {
            Refuse(entry.KeyPosition, key, $"each one starts with [[{key}]], in double brackets");
            yield break;
        }
        for (int i = 0; i < list.Count; i++)
        {
            if (list[i].Value is TomlTable section)
            {
                yield return new TableReader(section, $"{key}[{i}]", file, errors);
            }
            else
            {
                Refuse(list[i].Position, $"{key}[{i}]", $"a section is wanted here, not {list[i].KindName}");
            }
        }
    }

    /// <summary>A mistake in the value of that key, or a key that is missing.</summary>
    public void Refuse(string key, string problem) => Refuse(
        table.Entries.TryGetValue(key, out TomlEntry entry) ? entry.Node.Position : table.Position, key, problem);

    public void Refuse(TomlPosition at, string key, string problem) =>
        errors.Add(new ConfigError(file, at.Line, at.Column, path.Length == 0 ? key : $"{path}.{key}", problem));

    /// <summary>Last: every key that nobody asked for is a mistake.</summary>
    public void RefuseUnknown()
    {
        foreach ((string key, TomlEntry entry) in table.Entries)
        {
            if (!_known.Contains(key))
            {
                Refuse(entry.KeyPosition, key, $"there is no such key{DidYouMean(key, _known)}");
            }
        }
    }

    private string Know(string key)
    {
        _ = _known.Add(key);
        return key;
    }

    private static string DidYouMean(string word, IEnumerable<string> known) =>
        NearestWord.Of(word, known) is { } nearest ? $"; did you mean {nearest}?" : "";
}
