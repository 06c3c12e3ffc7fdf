namespace EdgePbx.Core.Tests;

/// <summary>
/// tests/COVERAGE.md tells the truth. After a test was added, renamed or given another trait:
/// <c>EDGEPBX_COVERAGE=write dotnet run --project tests/EdgePbx.Core.Tests -- -class EdgePbx.Core.Tests.CoverageTests</c> writes the names anew.
/// </summary>
public class CoverageTests
{
    private static readonly string Folder = RepositoryFolder.File("tests");
    private static readonly SortedDictionary<string, SortedSet<string>> Tests = NamedTests.Find(Folder);

    public CoverageTests()
    {
        Table = CoverageTable.Read(Path.Combine(Folder, "COVERAGE.md"));
        if (Environment.GetEnvironmentVariable("EDGEPBX_COVERAGE") == "write")
        {
            Table.Write(Tests);
            Table = CoverageTable.Read(Path.Combine(Folder, "COVERAGE.md"));
        }
    }

    private CoverageTable Table { get; }

    [Fact]
    public void Each_identifier_has_one_line() => Assert.Equal(CoverageTable.Identifiers.Order(StringComparer.Ordinal), Table.Rows.Select(row => row.Id).Order(StringComparer.Ordinal));

    [Fact]
    public void Each_identifier_has_a_test_or_a_reason() =>
        Assert.Empty(Table.Rows.Where(row => row.Tests.Length == 0 && row.Note.Length < 10).Select(row => row.Id));

    [Fact]
    public void No_test_names_an_identifier_that_does_not_exist() => Assert.Empty(Tests.Keys.Except(CoverageTable.Identifiers));

    [Fact]
    public void Each_line_names_exactly_the_tests_that_name_it() => Assert.All(Table.Rows, row =>
    {
        string[] named = Tests.TryGetValue(row.Id, out SortedSet<string>? tests) ? [.. tests] : [];
        Assert.True(named.SequenceEqual(row.Tests), $"{row.Id} is named by: {string.Join(", ", named)}; run this class with EDGEPBX_COVERAGE=write");
    });

    /// <summary>The reading of sources finds what xunit finds: the tests of this project with a trait, class by class.</summary>
    [Fact]
    public void What_is_read_from_the_sources_is_what_the_tests_carry()
    {
        HashSet<string> read = [.. Tests.SelectMany(pair => pair.Value.Select(test => $"{test} {pair.Key}"))];
        foreach (Type type in typeof(CoverageTests).Assembly.GetTypes())
        {
            string[] ofClass = Traits(type);
            foreach (System.Reflection.MethodInfo method in type.GetMethods().Where(method => method.IsDefined(typeof(FactAttribute), inherit: true)))
            {
                Assert.All(ofClass.Concat(Traits(method)), id => Assert.Contains($"{type.Name}.{method.Name} {id}", read));
            }
        }
    }

    private static string[] Traits(System.Reflection.MemberInfo member) =>
        [.. member.GetCustomAttributes(typeof(TraitAttribute), inherit: true).Cast<TraitAttribute>().Where(trait => trait.Name == "Clause").Select(trait => trait.Value)];
}
