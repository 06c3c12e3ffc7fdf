namespace EdgePbx;

/// <summary><c>edgepbx check-config FILE</c></summary>
internal static class CheckConfigVerb
{
    public static int Run(string file, string? namedBoard, TextWriter output, TextWriter error)
    {
        ConfigResult result = ConfigLoader.Load(file);
        WriteErrors(result.Errors, error);
        bool isBoardGood = CheckBoard(BoardLoader.Find(namedBoard, file), output, error);
        if (result.Config is { } config)
        {
            output.WriteLine($"{file}: good, {config.Extensions.Count} extensions");
            Warn(file, config, result.Source!, error);
        }
        return result.Config is not null && isBoardGood ? ExitCode.Done : ExitCode.Configuration;
    }

    // no mistakes of the file, and yet it may be refused where it is to be used
    private static void Warn(string file, PbxConfig config, ConfigSource source, TextWriter error)
    {
        foreach (string warning in ConfigRights.Warnings(file, source.Secrets.Keys))
        {
            error.WriteLine($"warning: {warning}");
        }
        if (config.Extensions.Count == 0)
        {
            error.WriteLine($"{file}: warning: no [[extension]] is in it, so nobody can call; a box that had some before refuses it");
        }
        foreach (ListenUrl url in config.Sip.Listen)
        {
            if (!SipSocket.IsHere(url))
            {
                error.WriteLine($"{file}: warning: sip.listen: this machine does not have {url.Endpoint.Address} now");
            }
        }
    }

    public static void WriteErrors(IReadOnlyList<ConfigError> errors, TextWriter error)
    {
        foreach (ConfigError one in errors)
        {
            error.WriteLine(one);
        }
    }

    private static bool CheckBoard(string? file, TextWriter output, TextWriter error)
    {
        if (file is null)
        {
            return true; // a board without lamps is a board
        }
        BoardResult result = BoardLoader.Load(file);
        WriteErrors(result.Errors, error);
        if (result.Board is { } board)
        {
            output.WriteLine($"{file}: good, {board.Leds.Count} LEDs{(board.Bar is null ? "" : ", a bar")}{(board.Button is null ? "" : ", a button")}{(board.Display is null ? "" : ", a display")}");
        }
        return result.Board is not null;
    }
}
