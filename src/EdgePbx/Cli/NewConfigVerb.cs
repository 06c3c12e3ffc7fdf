namespace EdgePbx;

/// <summary><c>edgepbx new-config</c>: a first configuration with random secrets, and its accounts shown once.</summary>
internal static class NewConfigVerb
{
    /// <summary>Where the service of a distribution has its sockets.</summary>
    public const string RunFolder = "/run/edgepbx";

    /// <param name="path">The file; one that exists is never touched.</param>
    /// <param name="isForService">Socket, call records and recordings are where the service of a distribution may write; sticks are the image's.</param>
    /// <param name="error">For whoever asked.</param>
    public static int Run(string path, bool isForService, TextWriter error) =>
        TryWrite(
            isForService ? StarterConfig.Create(RunFolder, StateFolder.OfService, hearsSticks: false) : StarterConfig.Create(), path,
            $"{path} is written, with three extensions.", error)
            ? ExitCode.Done
            : ExitCode.Configuration;

    /// <summary>Writes the file and shows the accounts; false: it says why not.</summary>
    /// <param name="why">The first line of what is shown.</param>
    public static bool TryWrite(StarterConfig starter, string path, string why, TextWriter error)
    {
        try
        {
            starter.Write(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"{path}: cannot be written: {failure.Message}");
            return false;
        }
        AccountTable.Write(starter, why, path, error);
        return true;
    }
}
