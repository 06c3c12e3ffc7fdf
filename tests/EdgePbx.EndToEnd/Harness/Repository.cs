namespace EdgePbx.EndToEnd;

/// <summary>Where the scripts and the published binary are, found from where the tests run.</summary>
internal static class Repository
{
    public static string Root { get; } = RepositoryFolder.Path;

    public static string Tests { get; } = Path.Combine(Root, "tests");

    public static string Clients { get; } = Path.Combine(Tests, "clients");

    /// <summary>The binary under test: EDGEPBX_BINARY, or what tests/run.sh leaves in out/linux-x64.</summary>
    public static string Binary { get; } = FindBinary();

    private static string FindBinary()
    {
        string path = Environment.GetEnvironmentVariable("EDGEPBX_BINARY") ?? Path.Combine(Root, "out", "linux-x64", "edgepbx");
        return File.Exists(path)
            ? Path.GetFullPath(path)
            : throw new FileNotFoundException($"{path} is not there: tests/run.sh publishes it, or EDGEPBX_BINARY names another one");
    }
}
