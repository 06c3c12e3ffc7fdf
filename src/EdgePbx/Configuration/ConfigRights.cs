namespace EdgePbx;

/// <summary>Whether others than their owner and his group can get at the files that hold the passwords of all phones.</summary>
internal static class ConfigRights
{
    private const uint OthersRead = 4, OthersWrite = 2, OthersPass = 1; // of the nine bits

    /// <summary>One sentence for each file.</summary>
    /// <param name="configFile">The configuration.</param>
    /// <param name="secretFiles">What it names with <c>secret_file</c>.</param>
    public static IEnumerable<string> Warnings(string configFile, IEnumerable<string> secretFiles)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(configFile))!;
        foreach (string file in secretFiles.Select(name => Path.Combine(folder, name)).Order(StringComparer.Ordinal).Prepend(configFile))
        {
            uint rights = (FileCalls.FactsOf(file)?.Rights ?? 0) & (OthersRead | OthersWrite);
            if (rights != 0 && CanBeReached(Path.GetDirectoryName(FileCalls.RealPathOf(file))))
            {
                string what = rights switch { OthersRead => "read", OthersWrite => "write", _ => "read and write" };
                yield return $"{file}: everybody on this machine may {what} it, and the passwords of phones are in it: chmod o= {file}";
            }
        }
    }

    private static bool CanBeReached(string? folder) =>
        folder is null || ((FileCalls.FactsOf(folder)?.Rights & OthersPass) != 0 && CanBeReached(Path.GetDirectoryName(folder)));
}
