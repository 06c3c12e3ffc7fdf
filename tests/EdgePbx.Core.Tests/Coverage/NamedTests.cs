using System.Text.RegularExpressions;

namespace EdgePbx.Core.Tests;

/// <summary>
/// Which test names which clause, read from the sources of all test projects: the trait "Clause" of a class or a test,
/// and the rows of a theory that bring traits of their own.
/// </summary>
internal static partial class NamedTests
{
    /// <summary>Identifier → the tests that name it, as Class.Test or, for a row with traits of its own, Class(row); in order.</summary>
    public static SortedDictionary<string, SortedSet<string>> Find(string testsFolder)
    {
        SortedDictionary<string, SortedSet<string>> found = new(StringComparer.Ordinal);
        foreach (string project in Directory.EnumerateDirectories(testsFolder, "EdgePbx.*").Order(StringComparer.Ordinal))
        {
            string built = Path.DirectorySeparatorChar + "obj" + Path.DirectorySeparatorChar;
            foreach (string file in Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories).Where(path => !path.Contains(built, StringComparison.Ordinal)))
            {
                Read(File.ReadAllLines(file), found);
            }
        }
        return found;
    }

    private static void Read(string[] lines, SortedDictionary<string, SortedSet<string>> found)
    {
        string name = "";
        string[] ofClass = [];
        List<string> pending = [];
        bool isTest = false;
        foreach (string line in lines)
        {
            pending.AddRange(Trait().Matches(line).Select(match => match.Groups["id"].Value));
            isTest |= line.Contains("[Fact", StringComparison.Ordinal) || line.Contains("[Theory", StringComparison.Ordinal);
            if (Theory().Match(line) is { Success: true } theory)
            {
                Add(found, theory.Groups["id"].Value, $"{name}({theory.Groups["name"].Value})");
            }
            if (Row().Match(line) is { Success: true } row)
            {
                foreach (Capture id in row.Groups["id"].Captures)
                {
                    Add(found, id.Value, $"{name}({row.Groups["name"].Value})");
                }
            }
            if (Class().Match(line) is { Success: true } declared)
            {
                (name, ofClass, isTest) = (declared.Groups["name"].Value, [.. pending], false);
                pending.Clear();
            }
            else if (isTest && Method().Match(line) is { Success: true } method)
            {
                foreach (string id in pending.Concat(ofClass))
                {
                    Add(found, id, $"{name}.{method.Groups["name"].Value}");
                }
                isTest = false;
                pending.Clear();
            }
        }
    }

    private static void Add(SortedDictionary<string, SortedSet<string>> found, string id, string test)
    {
        if (!found.TryGetValue(id, out SortedSet<string>? tests))
        {
            found[id] = tests = new SortedSet<string>(StringComparer.Ordinal);
        }
        _ = tests.Add(test);
    }

    [GeneratedRegex("""[\[ ]Trait\("Clause", "(?<id>[^"]+)"\)""")]
    private static partial Regex Trait();

    // ("call", ["C-01", "C-14"])   Row("repeated_200", "C-25")
    [GeneratedRegex("""^\s+(Row)?\("(?<name>\w+)", \[?("(?<id>[A-Z]+-\d+|race \d+)"(, )?)+\]?\),?$""")]
    private static partial Regex Row();

    // public static IEnumerable<TheoryDataRow<string>> TcpRows => … .WithTrait("Clause", "C-43")
    [GeneratedRegex("""^\s+public static .* (?<name>\w+) => .*\.WithTrait\("Clause", "(?<id>[^"]+)"\)""")]
    private static partial Regex Theory();

    [GeneratedRegex("""^\s*(public|internal) .*\bclass (?<name>\w+)""")]
    private static partial Regex Class();

    [GeneratedRegex("""^\s+public .*?\b(?<name>\w+)\(""")]
    private static partial Regex Method();
}
