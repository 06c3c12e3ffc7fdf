namespace EdgePbx;

/// <summary>What of a box must survive besides the configuration, and where it is.</summary>
internal static class StateFolder
{
    public const string Registrations = "registrations.journal";

    /// <summary>A backup that is being restored.</summary>
    public const string PendingRestore = "restore.pending";

    /// <summary>What the box was before the last restore, as a backup.</summary>
    public const string BeforeRestore = "before-restore.backup";

    /// <summary>The copy of this configuration that last worked: <c>edgepbx.toml.good</c>, if it is called <c>edgepbx.toml</c>.</summary>
    public static string GoodOf(string folder, string configFile) => Path.Combine(folder, Path.GetFileName(configFile) + ".good");

    /// <summary>The configuration that was there before the last one that came on a stick.</summary>
    public const string FormerConfig = "edgepbx.toml.former";

    /// <summary>The image's init leaves a file of this name beside the configuration when the card can't be used.</summary>
    public const string InMemory = "in-memory";

    /// <summary>What is written there is gone with the power.</summary>
    public static bool IsInMemory(string configFile) => File.Exists(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(configFile))!, InMemory));

    /// <summary>All that may be there, as full paths.</summary>
    public static IEnumerable<string> Files(string folder, string configFile) =>
        [.. new[] { Registrations, PendingRestore, BeforeRestore, FormerConfig }.Select(name => Path.Combine(folder, name)), GoodOf(folder, configFile)];

    /// <summary>Where the service of a distribution keeps it.</summary>
    public const string OfService = "/var/lib/edgepbx";

    /// <summary>Where it may be, when nobody says.</summary>
    public static IEnumerable<string> Candidates(string configFile) => [Of(configFile, null), OfService];

    /// <summary>The first that has something in it; for those who have to find what somebody else keeps.</summary>
    public static string Find(string configFile, string? wanted) =>
        wanted is null && Candidates(configFile).FirstOrDefault(folder => File.Exists(Path.Combine(folder, Registrations))) is { } found ? found : Of(configFile, wanted);

    /// <param name="configFile">The configuration's.</param>
    /// <param name="wanted">By the command line; null: nothing is.</param>
    public static string Of(string configFile, string? wanted) => Path.GetFullPath(wanted ?? Path.GetDirectoryName(Path.GetFullPath(configFile))!);
}
