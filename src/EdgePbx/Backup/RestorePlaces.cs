namespace EdgePbx;

/// <summary>Where a restore may write: a backup is no signed thing, and names its files itself.</summary>
internal static class RestorePlaces
{
    /// <summary>It lies there whatever links are on the way.</summary>
    /// <param name="path">Of a file that may not be there yet.</param>
    /// <param name="folder">Of this box.</param>
    public static bool IsBelow(string path, string folder) =>
        RealPath(path).StartsWith(RealFolder(folder).TrimEnd('/') + "/", StringComparison.Ordinal);

    /// <summary>Where a file would be made: its folder without links, and its name.</summary>
    public static string RealPath(string path)
    {
        string full = Path.GetFullPath(path);
        return Path.Combine(RealFolder(Path.GetDirectoryName(full)!), Path.GetFileName(full));
    }

    private static string RealFolder(string folder) => FileCalls.RealPathOf(folder) ?? Path.GetFullPath(folder);
}
