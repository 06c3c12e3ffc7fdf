namespace EdgePbx;

/// <summary><c>edgepbx reload</c>: makes the running process read its configuration anew, and says what came of it.</summary>
internal static class ReloadVerb
{
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(20);

    public static int Run(string file, TextWriter output, TextWriter error)
    {
        if (StatusVerb.Ask(file, StatusRequest.Status, error, out int code) is not { } json)
        {
            return code;
        }
        string socket = StatusVerb.FindSocket(file, out _)!;
        var box = new RunningBox(() => StatusClient.Ask(socket) is { } answer ? StatusClient.Parse(answer) : null, _ => StatusClient.Ask(socket, StatusRequest.Reload));
        if (box.Reload(StatusClient.Parse(json), AtMost) is not { } now)
        {
            error.WriteLine("edgepbx: it does not say that it has read its configuration anew");
            return ExitCode.Failed;
        }
        if (now.ReloadRejected)
        {
            foreach (string problem in now.Problems)
            {
                error.WriteLine(problem);
            }
            output.WriteLine("Nothing was changed: what was in force before still is.");
            return ExitCode.Configuration;
        }
        output.WriteLine(now.Changes.Count == 0 ? "The configuration says what it said before." : "The configuration is read anew:");
        foreach (string change in now.Changes)
        {
            output.WriteLine($"  {change}");
        }
        if (now.AwaitsRestart.Count > 0)
        {
            output.WriteLine($"Only the next start takes {string.Join(", ", now.AwaitsRestart)}.");
        }
        return ExitCode.Done;
    }
}
