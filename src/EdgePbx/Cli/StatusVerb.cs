namespace EdgePbx;

/// <summary><c>edgepbx status</c>: finds the socket through the configuration and shows what the running process says.</summary>
internal static class StatusVerb
{
    public static int Run(string? file, bool asJson, TextWriter output, TextWriter error)
    {
        ConfigResult config = ConfigLoader.Load(file ?? StarterConfig.FileName);
        if (config.StatusSocket is not { } socket)
        {
            CheckConfigVerb.WriteErrors(config, error);
            return ExitCode.Configuration;
        }
        if (StatusClient.Ask(socket) is not { } json)
        {
            error.WriteLine($"edgepbx: no EdgePbx runs here: nothing answers at {socket}");
            return ExitCode.Failed;
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
}
