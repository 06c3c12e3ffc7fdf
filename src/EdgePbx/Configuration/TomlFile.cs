using System.Text.RegularExpressions;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace EdgePbx;

/// <summary>Reads TOML into positioned nodes, or says where it is not TOML.</summary>
internal static partial class TomlFile
{
    private const string NotToml = "not valid TOML: one key = value a line, text in \"quotes\"";

    private static readonly (string Start, string Meaning)[] Meanings =
    [
        ("Unexpected token end-of-line found while expecting a value", "the value is missing"),
        ("Expecting `=` after a key", "= is missing after the key"),
        ("Invalid newline in a string", "the closing quote is missing"),
        ("Invalid End-Of-File found on string", "the closing quote is missing"),
        ("Unexpected escape character", "no such escape; write \\\\ for one backslash"),
        ("Unable to parse", "not a number that fits here"),
    ];

    /// <summary>Reads the file and makes something of it. Whatever is thrown on the way is a mistake of the file: it ends no process that has calls.</summary>
    /// <param name="text">Of the file.</param>
    /// <param name="file">Its name, as the errors give it.</param>
    /// <param name="errors">Where mistakes go.</param>
    /// <param name="make">What is made of the file's outermost table.</param>
    /// <returns>Null when there were syntax errors, or it could not be made; why has been added to <paramref name="errors"/>.</returns>
    public static T? Read<T>(string text, string file, List<ConfigError> errors, Func<TableReader, T> make) where T : class
    {
#pragma warning disable CA1031 // a file that nobody can read may not end a box that has calls
        TomlTable? root;
        try
        {
            root = Parse(text, file, errors);
        }
        catch (Exception) // the parser gives up, and its words may quote a secret; some bytes it stumbles over
        {
            TomlPosition? deep = TomlDepth.TooDeepAt(text);
            errors.Add(new ConfigError(
                file, deep?.Line ?? 1, deep?.Column ?? 1, "", deep is null ? NotToml : $"not valid here: brackets within brackets, more than {TomlDepth.Most} deep"));
            return null;
        }
        try
        {
            return root is null ? null : make(new TableReader(root, "", file, errors));
        }
        catch (Exception failure) // a bug of ours
        {
            errors.Add(new ConfigError(file, 1, 1, "", $"can't be understood, by a fault of EdgePbx ({failure.GetType().Name})"));
            return null;
        }
#pragma warning restore CA1031
    }

    private static TomlTable? Parse(string text, string file, List<ConfigError> errors)
    {
        DocumentSyntax document = SyntaxParser.Parse(text, file, validate: true);
        if (document.HasErrors)
        {
            AddSyntaxErrors(document, file, errors);
            return null;
        }
        var root = new TomlTable(new TomlPosition(1, 1));
        AddAll(root, document.KeyValues);
        foreach (TableSyntaxBase table in document.Tables)
        {
            if (OpenTable(root, table) is { } opened)
            {
                AddAll(opened, table.Items);
            }
        }
        return root;
    }

    // one error a line is enough: what follows on the same line is an echo of the first
    private static void AddSyntaxErrors(DocumentSyntax document, string file, List<ConfigError> errors)
    {
        int lastLine = 0;
        foreach (DiagnosticMessage message in document.Diagnostics.OrderBy(m => m.Span.Start.Line).ThenBy(m => m.Span.Start.Column))
        {
            TomlPosition at = PositionOf(message.Span);
            if (at.Line != lastLine)
            {
                errors.Add(new ConfigError(file, at.Line, at.Column, "", Describe(message.Message)));
                lastLine = at.Line;
            }
        }
    }

    // the parser's message quotes what it found, which may be a secret that somebody forgot to put in quotes: so our own words
    private static string Describe(string message)
    {
        Match twice = DefinedTwice().Match(message);
        if (twice.Success)
        {
            return $"{twice.Groups["key"].Value}: written twice, first in line {twice.Groups["line"].Value}";
        }
        foreach ((string start, string meaning) in Meanings)
        {
            if (message.StartsWith(start, StringComparison.Ordinal))
            {
                return $"not valid TOML: {meaning}";
            }
        }
        return NotToml;
    }

    private static TomlTable? OpenTable(TomlTable root, TableSyntaxBase syntax)
    {
        List<(string Name, TomlPosition At)> path = PathOf(syntax.Name!);
        TomlTable? table = root;
        for (int i = 0; i < path.Count - 1; i++)
        {
            table = table?.Open(path[i].Name, path[i].At);
        }
        TomlPosition at = PositionOf(syntax.Span);
        return syntax is TableArraySyntax ? table?.Append(path[^1].Name, at) : table?.Open(path[^1].Name, at);
    }

    private static void AddAll(TomlTable table, IEnumerable<KeyValueSyntax> pairs)
    {
        foreach (KeyValueSyntax pair in pairs)
        {
            List<(string Name, TomlPosition At)> path = PathOf(pair.Key!);
            TomlTable? inner = table;
            for (int i = 0; i < path.Count - 1; i++)
            {
                inner = inner?.Open(path[i].Name, path[i].At);
            }
            inner?.Add(path[^1].Name, path[0].At, NodeOf(pair.Value!));
        }
    }

    private static TomlNode NodeOf(ValueSyntax syntax)
    {
        TomlPosition at = PositionOf(syntax.Span);
        switch (syntax)
        {
            case StringValueSyntax text:
                return new TomlNode(at, text.Value ?? "");
            case IntegerValueSyntax number:
                return new TomlNode(at, number.Value);
            case FloatValueSyntax number:
                return new TomlNode(at, number.Value);
            case BooleanValueSyntax flag:
                return new TomlNode(at, flag.Value);
            case ArraySyntax array:
                return new TomlNode(at, array.Items.Select(item => NodeOf(item.Value!)).ToList());
            case InlineTableSyntax inline:
                var table = new TomlTable(at);
                AddAll(table, inline.Items.Select(item => item.KeyValue!));
                return new TomlNode(at, table);
            default:
                return new TomlNode(at, new DateTimeMark());
        }
    }

    private static List<(string Name, TomlPosition At)> PathOf(KeySyntax key)
    {
        List<(string, TomlPosition)> path = [NameOf(key.Key!)];
        foreach (DottedKeyItemSyntax dotted in key.DotKeys)
        {
            path.Add(NameOf(dotted.Key!));
        }
        return path;
    }

    private static (string Name, TomlPosition At) NameOf(BareKeyOrStringValueSyntax key) =>
        ((key is StringValueSyntax quoted ? quoted.Value : ((BareKeySyntax)key).Key?.Text) ?? "", PositionOf(key.Span));

    private static TomlPosition PositionOf(SourceSpan span) => new(span.Start.Line + 1, span.Start.Column + 1);

    [GeneratedRegex(@"^The key `(?<key>[^`]*)` is already defined at \((?<line>\d+),")]
    private static partial Regex DefinedTwice();

    /// <summary>Stands for a date or a time, which no key of ours takes.</summary>
    private sealed class DateTimeMark;
}
