namespace EdgePbx;

/// <summary><c>edgepbx run</c>: the configuration, or a first one, then the host.</summary>
internal static class RunVerb
{
    public static int Run(string? file, string? namedBoard, bool testsItself, TextWriter output, TextWriter error)
    {
        string path = file ?? StarterConfig.FileName;
        if (file is null && !File.Exists(path) && !TryWriteStarter(path, error))
        {
            return ExitCode.Configuration;
        }
        ConfigResult result = ConfigLoader.Load(path);
        if (result.Config is not { } config)
        {
            CheckConfigVerb.WriteErrors(result.Errors, error);
            return ExitCode.Configuration;
        }
        if (config.Media.MaxCalls == 0)
        {
            if (BenchVerb.MeasureOnce(Path.GetDirectoryName(Path.GetFullPath(path))!, config.Media.Io, error) is not { } calls)
            {
                return ExitCode.CannotListen;
            }
            config = config with { Media = config.Media with { MaxCalls = Math.Min(calls, ConfigLoader.MostCallsOf(config.Media.FirstPort, config.Media.LastPort)) } };
        }
        output.Flush();
        using var host = new PbxHost(path, config, Console.OpenStandardOutput(), error, testsItself) { BoardFile = BoardLoader.Find(namedBoard, path) };
        return host.Run();
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
