namespace EdgePbx;

/// <summary>What reading the configuration anew gave.</summary>
/// <param name="Config">What is in force from now on; null: the file has mistakes, and what was in force still is.</param>
/// <param name="Source">Of it.</param>
/// <param name="Snapshot">For <c>status</c> and <c>reload</c>.</param>
internal sealed record ConfigReload(PbxConfig? Config, ConfigSource? Source, ConfigurationSnapshot Snapshot)
{
    /// <param name="file">What is read.</param>
    /// <param name="atStart">What the process began with.</param>
    /// <param name="inForce">What is in force.</param>
    /// <param name="before">What was said of it.</param>
    public static ConfigReload Of(ConfigFile file, PbxConfig atStart, PbxConfig inForce, ConfigurationSnapshot before)
    {
        ConfigResult result = ConfigFile.RefuseUnreachable(file.LoadFile(() => inForce.Extensions.Count > 0), file.Path, atStart.Sip.Listen);
        if (result.Config is not { } config)
        {
            return new ConfigReload(null, null, before with { ReloadRejected = true, Changes = [], Problems = [.. result.Errors.Select(error => error.ToString())] });
        }
        if (config.Media.MaxCalls == 0)
        {
            config = config with { Media = config.Media with { MaxCalls = inForce.Media.MaxCalls } }; // "auto", and what was measured could not be kept
        }
        return new ConfigReload(config, result.Source, new ConfigurationSnapshot
        {
            Reloads = before.Reloads,
            AwaitsRestart = [.. FixedUntilRestart.Between(atStart, config)], // whatever came between
            Changes = [.. ConfigDifference.Between(inForce, config)],
        });
    }
}
