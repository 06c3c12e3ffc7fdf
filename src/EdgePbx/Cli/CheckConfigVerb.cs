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
        }
        return result.Config is not null && isBoardGood ? ExitCode.Done : ExitCode.Configuration;
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
            output.WriteLine($"{file}: good, {board.Leds.Count} LEDs{(board.Bar is null ? "" : ", a bar")}{(board.Button is null ? "" : ", a button")}");
        }
        return result.Board is not null;
    }
}
