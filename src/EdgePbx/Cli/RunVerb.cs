namespace EdgePbx;

/// <summary><c>edgepbx run</c>: the configuration, or a first one, then the host.</summary>
internal static class RunVerb
{
    /// <param name="file">The configuration; null: the one of the current folder, which is written if there is none.</param>
    /// <param name="namedBoard">What lamps and button there are; null: as the file beside the configuration says, if there is one.</param>
    /// <param name="state">The folder of what must survive; null: the configuration's.</param>
    /// <param name="testsItself">It calls itself ready only after a self-test.</param>
    /// <param name="watchdog">The hardware's, which it shall feed whatever the configuration says; null: as that says.</param>
    /// <param name="output">For the log.</param>
    /// <param name="error">For whoever started it.</param>
    public static int Run(string? file, string? namedBoard, string? state, bool testsItself, string? watchdog, TextWriter output, TextWriter error)
    {
        string path = file ?? StarterConfig.FileName;
        var writes = new WriteBudget(() => MonotonicClock.Now);
        FinishRestore(path, StateFolder.Of(path, state), writes[WriteCause.Configuration], error);
        var good = new LastGoodConfig(Path.Combine(StateFolder.Of(path, state), StateFolder.GoodConfig), writes[WriteCause.Configuration]);
        if (file is null && !File.Exists(path) && !File.Exists(good.Path) && !TryWriteStarter(path, error))
        {
            return ExitCode.Configuration;
        }
        var configFile = new ConfigFile(path, good);
        LoadedConfig? loaded = configFile.Load(out IReadOnlyList<ConfigError> errors);
        CheckConfigVerb.WriteErrors(errors, error);
        if (loaded is null)
        {
            return ExitCode.Configuration;
        }
        MediaSection media = loaded.Config.Media;
        if (media.MaxCalls == 0)
        {
            if (BenchVerb.MeasureOnce(Path.GetDirectoryName(Path.GetFullPath(path))!, media.Io, error) is not { } calls)
            {
                return ExitCode.CannotListen;
            }
            media = media with { MaxCalls = Math.Min(calls, ConfigLoader.MostCallsOf(media.FirstPort, media.LastPort)) };
            loaded = loaded with { Config = loaded.Config with { Media = media } };
        }
        output.Flush();
        using var host = new PbxHost(configFile, loaded, Console.OpenStandardOutput(), error, StateFolder.Of(path, state), writes, testsItself)
        {
            BoardFile = BoardLoader.Find(namedBoard, path),
            WatchdogDevice = watchdog,
        };
        return host.Run();
    }

    // the power went, or somebody killed it, while a backup was restored
    private static void FinishRestore(string path, string state, WriteMeter meter, TextWriter error)
    {
        if (new PendingRestore(path, state, meter).Finish(out string? problem))
        {
            error.WriteLine(problem is null ? "edgepbx: a restore that was cut off is finished now" : $"edgepbx: a restore that was cut off can't be finished: {problem}");
        }
    }

    private static bool TryWriteStarter(string path, TextWriter error)
    {
        var starter = StarterConfig.Create(Environment.GetEnvironmentVariable("RUNTIME_DIRECTORY"));
        try
        {
            starter.Write(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"{path}: cannot be written: {failure.Message}");
            return false;
        }
        AccountTable.Write(starter, $"There was no {path}, so a new one was written with three extensions.", path, error);
        return true;
    }
}
