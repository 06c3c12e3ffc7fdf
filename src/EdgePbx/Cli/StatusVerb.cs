namespace EdgePbx;

/// <summary><c>edgepbx status</c>: finds the socket through the configuration and shows what the running process says.</summary>
internal static class StatusVerb
{
    public static int Run(string? file, bool asJson, TextWriter output, TextWriter error)
    {
        if (Ask(file, StatusRequest.Status, error, out int code) is not { } json)
        {
            return code;
        }
        if (asJson)
        {
            output.WriteLine(json);
        }
        else
        {
            StatusTable.Write(output, StatusClient.Parse(json));
        }
        return ExitCode.Done;
    }

    /// <returns>The answer in JSON; null with the exit code when there is none, and then it has been said why.</returns>
    public static string? Ask(string? file, StatusRequest request, TextWriter error, out int code)
    {
        if (FindSocket(file ?? StarterConfig.FileName, out IReadOnlyList<ConfigError> mistakes) is not { } socket)
        {
            CheckConfigVerb.WriteErrors(mistakes, error);
            code = ExitCode.Configuration;
            return null;
        }
        string? json = StatusClient.Ask(socket, request);
        code = json is null ? ExitCode.Failed : ExitCode.Done;
        if (json is null)
        {
            error.WriteLine($"edgepbx: no EdgePbx runs here: nothing answers at {socket} (or [status] socket in the file was changed since it was started)");
        }
        return json;
    }

    /// <returns>Where the process of that configuration answers; null: the file does not say so.</returns>
    public static string? FindSocket(string path, out IReadOnlyList<ConfigError> mistakes)
    {
        ConfigResult config = ConfigLoader.Load(path);
        mistakes = config.Errors;
        return config.StatusSocket ?? SocketOfLastGood(path);
    }

    // what runs may well run with the copy, since the file can't be read
    private static string? SocketOfLastGood(string path) => StateFolder.Candidates(path)
        .Select(folder => new ConfigFile(path, new LastGoodConfig(StateFolder.GoodOf(folder, path))))
        .Select(configFile => configFile.LastGood(["unreadable"])?.Config.Status.Socket)
        .FirstOrDefault(socket => socket is not null);
}
