namespace EdgePbx.Core.Tests;

/// <summary>tests/COVERAGE.md: a line for each identifier. Everything is written by hand but the column of tests.</summary>
internal sealed class CoverageTable
{
    private const string Separator = " | ";
    private readonly string _file;
    private readonly string[] _lines;

    private CoverageTable(string file, string[] lines) => (_file, _lines) = (file, lines);

    /// <summary>How many identifiers each kind has.</summary>
    public static IReadOnlyDictionary<string, int> Kinds { get; } =
        new Dictionary<string, int> { ["ST-"] = 40, ["C-"] = 48, ["U-"] = 43, ["O-"] = 12, ["M-"] = 17, ["race "] = 47 };

    public static IEnumerable<string> Identifiers => Kinds.SelectMany(kind => Enumerable.Range(1, kind.Value)
        .Select(number => kind.Key == "race " ? $"race {number}" : $"{kind.Key}{number:00}"));

    /// <summary>The rows: what is said of each identifier, which tests are named, and what is left to say.</summary>
    public IEnumerable<(string Id, string[] Tests, string Note)> Rows =>
        _lines.Select(Cells).Where(cells => cells is not null).Select(cells => (cells![0], Names(cells[3]), cells[4]));

    public static CoverageTable Read(string file) => new(file, File.ReadAllLines(file));

    /// <summary>Writes the tests' names into the table and leaves the rest.</summary>
    public void Write(IReadOnlyDictionary<string, SortedSet<string>> tests) => File.WriteAllLines(_file, _lines.Select(line =>
    {
        if (Cells(line) is not { } cells)
        {
            return line;
        }
        cells[3] = tests.TryGetValue(cells[0], out SortedSet<string>? names) ? string.Join("<br>", names) : "";
        return $"| {string.Join(Separator, cells)} |";
    }));

    /// <summary>Identifier, section, words, tests, note; null for a line that is no row.</summary>
    private static string[]? Cells(string line)
    {
        string[] cells = [.. line.Split('|').Select(cell => cell.Trim())];
        return cells.Length == 7 && Kinds.Keys.Any(kind => cells[1].StartsWith(kind, StringComparison.Ordinal)) ? cells[1..6] : null;
    }

    private static string[] Names(string cell) => cell.Split("<br>", StringSplitOptions.RemoveEmptyEntries);
}
