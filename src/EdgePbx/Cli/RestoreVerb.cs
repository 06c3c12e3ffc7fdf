namespace EdgePbx;

/// <summary><c>edgepbx restore FILE</c>: looks the backup through, says what it changes, and makes the box what it was then.</summary>
internal static class RestoreVerb
{
    private const int Largest = 1 << 30;

    public static int Run(string file, string? config, string? state, bool isDryRun, TextWriter output, TextWriter error)
    {
        string configFile = config ?? StarterConfig.FileName;
        string folder = StateFolder.Find(configFile, state);
        try
        {
            if (SystemFiles.Instance.Read(file, Largest) is not { } bytes)
            {
                error.WriteLine($"edgepbx: {file}: there is no such file");
                return ExitCode.Failed;
            }
            if (BackupFile.Parse(bytes, out string damage) is not { } backup)
            {
                error.WriteLine($"edgepbx: {file}: {damage}");
                return ExitCode.Configuration;
            }
            var now = BoxState.Read(configFile, folder, withRecords: false);
            var plan = RestorePlan.For(backup, now, configFile, folder);
            output.WriteLine($"{file}: format {BackupFile.Format}, {backup.Made}");
            foreach (string change in plan.Changes)
            {
                output.WriteLine(change);
            }
            foreach (string problem in plan.Problems)
            {
                error.WriteLine($"edgepbx: {problem}");
            }
            if (plan.Problems.Count > 0 || isDryRun)
            {
                output.WriteLine("Nothing was changed.");
                return plan.Problems.Count > 0 ? ExitCode.Configuration : ExitCode.Done;
            }
            return Restore(backup, now, configFile, folder, output, error);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"edgepbx: {failure.Message}");
            return ExitCode.Failed;
        }
    }

    private static int Restore(BackupFile backup, BoxState now, string configFile, string folder, TextWriter output, TextWriter error)
    {
        using var journal = new AppendFile(Path.Combine(folder, StateFolder.Registrations), SystemFiles.Instance);
        if (!journal.TryOpen(out string problem))
        {
            error.WriteLine(problem.Contains("another process", StringComparison.Ordinal)
                ? "edgepbx: EdgePbx is running: stop it first (systemctl stop edgepbx). Nothing was changed." : $"edgepbx: {folder}: {problem}");
            return ExitCode.Failed;
        }
        string before = Path.Combine(folder, StateFolder.BeforeRestore);
        using var aside = new AppendFile(before, SystemFiles.Instance);
        var pending = new PendingRestore(configFile, folder);
        if (!aside.TryReplace(now.ToBackup(DateTimeOffset.UtcNow).ToBytes(), out problem) || !pending.TryCommit(backup, out problem))
        {
            error.WriteLine($"edgepbx: {folder}: {problem}. Nothing was changed.");
            return ExitCode.Failed;
        }
        _ = pending.Finish(out string? unfinished);
        if (unfinished is not null)
        {
            error.WriteLine($"edgepbx: {unfinished}. The next start goes on with it.");
            return ExitCode.Failed;
        }
        output.WriteLine($"Done. What was before is in {before}, which can be restored in the same way.");
        return ExitCode.Done;
    }
}
