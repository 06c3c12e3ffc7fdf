namespace EdgePbx;

/// <summary><c>edgepbx backup FILE</c>: what the box is, in one file. The process may run meanwhile.</summary>
internal static class BackupVerb
{
    /// <param name="inForce">What the box runs with, where its file has mistakes; null: it runs with what is in the file, or there is nothing else.</param>
    public static int Run(
        string file, string? config, string? state, bool withRecords, TextWriter output, TextWriter error, LoadedConfig? inForce = null)
    {
        string configFile = config ?? StarterConfig.FileName;
        try
        {
            if (!BackupFile.MayReplace(file))
            {
                error.WriteLine($"edgepbx: {file} is there already, and is no backup: nothing was written; give another name");
                return ExitCode.Failed;
            }
            var box = BoxState.Read(configFile, StateFolder.Find(configFile, state), withRecords);
            if (inForce is not null)
            {
                box = box with { Config = new ConfigResult(inForce.Config, [], null, inForce.Source) };
            }
            if (box.Config.Config is not { } good)
            {
                CheckConfigVerb.WriteErrors(box.Config.Errors, error);
                error.WriteLine("edgepbx: a configuration with mistakes is not worth a backup");
                return ExitCode.Configuration;
            }
            BackupFile backup = box.ToBackup(DateTimeOffset.UtcNow);
            using var target = new AppendFile(Path.GetFullPath(file), SystemFiles.Instance);
            if (!target.TryReplace(backup.ToBytes(), out string problem))
            {
                error.WriteLine($"edgepbx: {file}: {problem}");
                return ExitCode.Failed;
            }
            output.WriteLine($"{file}: {good.Extensions.Count} extension(s), the registrations of {box.Registrations.Count} of them"
                + (withRecords ? $", {box.Records.Count} file(s) of call records" : ""));
            output.WriteLine("The passwords of all phones are in it: keep it where only you can read it.");
            return ExitCode.Done;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"edgepbx: {failure.Message}");
            return ExitCode.Failed;
        }
    }
}
