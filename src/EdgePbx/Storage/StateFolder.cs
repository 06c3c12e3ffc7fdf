namespace EdgePbx;

/// <summary>What of a box must survive besides the configuration, and where it is.</summary>
internal static class StateFolder
{
    public const string Registrations = "registrations.journal";

    /// <param name="configFile">The configuration's.</param>
    /// <param name="wanted">By the command line; null: nothing is.</param>
    public static string Of(string configFile, string? wanted) => Path.GetFullPath(wanted ?? Path.GetDirectoryName(Path.GetFullPath(configFile))!);
}
