namespace EdgePbx;

/// <summary>The configuration that a box runs with, and why it is not the one in the file if it is not.</summary>
/// <param name="Problems">What is wrong with the file; none: the configuration is the file's.</param>
internal sealed record LoadedConfig(PbxConfig Config, ConfigSource Source, IReadOnlyList<string> Problems)
{
    /// <summary>It is the last one that worked.</summary>
    public bool IsLastGood => Problems.Count > 0;
}

/// <summary>The file of the configuration and the copy of the one that last worked.</summary>
internal sealed class ConfigFile(string path, LastGoodConfig good)
{
    public string Path => path;

    /// <summary>The file's, if it is good; else the last good one, if there is one; else null, with the mistakes.</summary>
    public LoadedConfig? Load(out IReadOnlyList<ConfigError> errors)
    {
        ConfigResult result = LoadFile(() => LoadGood()?.Config is { Extensions.Count: > 0 });
        errors = result.Errors;
        return result is { Config: { } config, Source: { } source }
            ? new LoadedConfig(config, source, [])
            : LastGood([.. result.Errors.Select(error => error.ToString())]);
    }

    /// <summary>What is in the file now.</summary>
    /// <param name="hadExtensions">A file that has none was cut off then: nobody wants an exchange without phones in place of one with some.</param>
    public ConfigResult LoadFile(Func<bool> hadExtensions) => RefuseEmptied(ConfigLoader.Load(path), path, hadExtensions);

    /// <param name="result">What was read.</param>
    /// <param name="name">Of the file, as the error gives it.</param>
    /// <param name="hadExtensions">As in <see cref="LoadFile"/>.</param>
    public static ConfigResult RefuseEmptied(ConfigResult result, string name, Func<bool> hadExtensions) =>
        result.Config is { Extensions.Count: 0 } && hadExtensions()
            ? result with { Config = null, Errors = [new ConfigError(name, 0, 0, "", "no [[extension]] is in it, and there were some before")] }
            : result;

    /// <summary>With an address that this machine does not have, it would be called good, and the next start fail on it.</summary>
    /// <param name="result">What was read.</param>
    /// <param name="name">Of the file, as the error gives it.</param>
    /// <param name="listening">What is listened on already.</param>
    public static ConfigResult RefuseUnreachable(ConfigResult result, string name, IReadOnlyList<ListenUrl> listening)
    {
        foreach (ListenUrl url in result.Config?.Sip.Listen ?? [])
        {
            if (!SipSocket.IsHere(url) && !listening.Contains(url))
            {
                return result with { Config = null, Errors = [new ConfigError(name, 0, 0, "", $"sip.listen: this machine does not have {url.Endpoint.Address}")] };
            }
        }
        return result;
    }

    /// <param name="problems">Why the file is not used.</param>
    /// <returns>Null: there is none that could be used.</returns>
    public LoadedConfig? LastGood(IReadOnlyList<string> problems) =>
        LoadGood() is { Config: { } config, Source: { } source } ? new LoadedConfig(config, source, problems) : null;

    /// <summary>The box works with it.</summary>
    public bool TryKeep(ConfigSource source, out string problem) => good.TryKeep(source, out problem);

    private ConfigResult? LoadGood() => good.Read() is { } source
        ? ConfigLoader.Parse(source.Text, good.Path, System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!, source.Secrets, takesWeakSecrets: true)
        : null;
}
