using System.Globalization;
using System.Text.RegularExpressions;

namespace EdgePbx.Core.Tests;

/// <summary>tests/COVERAGE.md: a line for each identifier. Everything is written by hand but the column of tests.</summary>
internal sealed partial class CoverageTable
{
    private const string Separator = " | ";
    /// <summary>How many identifiers each kind has that is numbered without a gap.</summary>
    private static readonly (string Kind, int Count, string Format)[] Numbered =
    [
        ("ST-", 40, "00"), ("C-", 48, "00"), ("U-", 43, "00"), ("O-", 12, "00"), ("M-", 17, "00"), ("race ", 47, "0"),
        ("AB-", 30, "00"), ("SEC-", 22, "00"), ("PHONE-", 9, "0"),
    ];

    /// <summary>Bugs of other systems that this one had as well; those that it had not are not listed.</summary>
    private static readonly int[] Bugs = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 27, 28, 29, 31, 32, 33];

    /// <summary>Single lines that could once be broken without a test that noticed.</summary>
    private static readonly int[] Mutants =
    [
        11, 12, 16, 18, 22, 35, 53, 58, 59, 68, 81, 86, 91, 102, 104, 109, 110, 114, 117, 118, 119, 128, 129, 134, 136, 138,
        200, 202, 205, 206, 212, 213, 250, 263, 265, 267, 270,
    ];

    private readonly string _file;
    private readonly string[] _lines;

    private CoverageTable(string file, string[] lines) => (_file, _lines) = (file, lines);

    public static IEnumerable<string> Identifiers =>
    [
        .. Numbered.SelectMany(kind => Enumerable.Range(1, kind.Count).Select(number => kind.Kind + number.ToString(kind.Format, CultureInfo.InvariantCulture))),
        .. Bugs.Select(number => $"BUG-{number:00}"),
        .. Mutants.Select(number => $"MUT-{number}"),
    ];

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
        return cells.Length == 7 && Identifier().IsMatch(cells[1]) ? cells[1..6] : null;
    }

    private static string[] Names(string cell) => cell.Split("<br>", StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"^([A-Z]+-|race )\d+$")]
    private static partial Regex Identifier();
}
