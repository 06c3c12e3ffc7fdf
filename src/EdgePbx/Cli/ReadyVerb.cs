namespace EdgePbx;

/// <summary><c>edgepbx ready</c>: for scripts, which wait until the running process is ready or know that it won't be.</summary>
internal static class ReadyVerb
{
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(200);

    /// <param name="file">The configuration that names the socket.</param>
    /// <param name="within">How long it is asked; zero: once.</param>
    /// <param name="output">Told that it is ready.</param>
    /// <param name="error">Told why not.</param>
    public static int Run(string? file, TimeSpan within, TextWriter output, TextWriter error)
    {
        long until = Environment.TickCount64 + (long)within.TotalMilliseconds;
        while (true)
        {
            using var words = new StringWriter { NewLine = "\n" };
            StatusDocument? status = StatusVerb.Ask(file, StatusRequest.Status, words, out int code) is { } json ? StatusClient.Parse(json) : null;
            if (status is { Ready: true })
            {
                output.WriteLine($"EdgePbx {status.Version} is ready; self-test {status.SelfTest}");
                return ExitCode.Done;
            }
            bool hasFailed = status?.SelfTest.StartsWith(Readiness.Failed, StringComparison.Ordinal) == true;
            if (hasFailed || Environment.TickCount64 >= until)
            {
                error.Write(status is null ? words.ToString() : $"edgepbx: not ready, the self-test is: {status.SelfTest}\n");
                return code == ExitCode.Done ? ExitCode.Failed : code;
            }
            Thread.Sleep(BetweenQuestions);
        }
    }
}
