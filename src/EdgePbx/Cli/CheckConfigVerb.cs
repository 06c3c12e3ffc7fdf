namespace EdgePbx;

/// <summary><c>edgepbx check-config FILE</c></summary>
internal static class CheckConfigVerb
{
    public static int Run(string file, TextWriter output, TextWriter error)
    {
        ConfigResult result = ConfigLoader.Load(file);
        if (result.Config is not { } config)
        {
            WriteErrors(result.Errors, error);
            return ExitCode.Configuration;
        }
        output.WriteLine($"{file}: good, {config.Extensions.Count} extensions");
        return ExitCode.Done;
    }

    public static void WriteErrors(IReadOnlyList<ConfigError> errors, TextWriter error)
    {
        foreach (ConfigError one in errors)
        {
            error.WriteLine(one);
        }
    }
}
