using System.Text.RegularExpressions;

namespace EdgePbx.Core.Tests;

/// <summary>
/// One place for each figure: what the README says was measured stands in RESULTS.md, to the letter. A figure that both have
/// is marked in both by the same name, which readers of the page don't see: <c>&lt;!--=size-x64--&gt;8.36 MB&lt;!----&gt;</c>.
/// </summary>
public partial class FiguresTests
{
    private static readonly string Readme = File.ReadAllText(RepositoryFolder.File("README.md"));
    private static readonly string Results = File.ReadAllText(RepositoryFolder.File("tests", "EdgePbx.Benchmarks", "RESULTS.md"));

    [Fact]
    public void Each_figure_of_the_readme_is_the_one_of_the_results()
    {
        ILookup<string, string> measured = Figures(Results).ToLookup(figure => figure.Name, figure => figure.Text);
        Assert.All(Figures(Readme), figure => Assert.Equal([figure.Text], measured[figure.Name].Distinct()));
    }

    [Fact]
    public void Each_row_of_the_readmes_table_has_a_figure_of_the_results_or_a_star_that_says_it_is_older()
    {
        string[] rows = [.. Readme[Readme.IndexOf("## Figures", StringComparison.Ordinal)..].Split('\n').Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal)).Where(line => line.StartsWith('|')).Skip(2)];
        Assert.True(rows.Length > 5, "the table of figures is gone");
        Assert.All(rows, row => Assert.True(row.Split('|')[1].TrimEnd().EndsWith('*') || Figures(row.Split('|')[3]).Any(), row));
    }

    [Fact]
    public void No_size_or_time_of_the_readme_stands_without_a_name()
    {
        string text = Code().Replace(Figure().Replace(Readme, ""), "");
        Assert.Empty(Measure().Matches(text[..text.IndexOf("## Figures", StringComparison.Ordinal)]).Select(match => match.Value));
    }

    private static IEnumerable<(string Name, string Text)> Figures(string text) =>
        Figure().Matches(text).Select(match => (match.Groups["name"].Value, match.Groups["text"].Value));

    [GeneratedRegex("<!--=(?<name>[a-z0-9-]+)-->(?<text>.*?)<!---->")]
    private static partial Regex Figure();

    [GeneratedRegex("```.*?```|`[^`\n]*`", RegexOptions.Singleline)]
    private static partial Regex Code();

    // bytes and times of what was measured; limits that a user sets are in MiB
    [GeneratedRegex(@"\d+(\.\d+)? (MB|KB|µs|ns)\b")]
    private static partial Regex Measure();
}
