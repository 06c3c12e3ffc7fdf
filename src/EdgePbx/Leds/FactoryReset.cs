using System.Globalization;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>
/// A new configuration with new secrets takes the place of the old one, which is put aside with the call records. Whenever the
/// power fails, there is one whole configuration: the renaming of the new one is the moment at which it has happened.
/// </summary>
internal static class FactoryReset
{
    public const string FolderPrefix = "factory-reset-";

    private const string NewSuffix = ".new";
    private const int LargestConfig = 16 << 20; // far more than is ever read

    /// <summary><see cref="Run"/> for a whole box: it logs what was done, or why not, and shows the new accounts to whoever is there.</summary>
    /// <param name="config">What was in force; null: nothing was, so that only what lies in its usual places is put aside.</param>
    /// <param name="state">The folder of what must survive.</param>
    /// <param name="files">As for <see cref="Run"/>.</param>
    public static void RunAndTell(string configFile, PbxConfig? config, string state, ILogger log, TextWriter error, IFiles? files = null)
    {
        config ??= ConfigLoader.Parse("", configFile, Path.GetDirectoryName(Path.GetFullPath(configFile))!).Config!;
        try
        {
            (string folder, StarterConfig starter) = Run(
                configFile, [config.Records.File, .. StateFolder.Files(state, configFile)], [config.Recording.Folder], TimeProvider.System.GetUtcNow(),
                StarterConfig.RunFolderHere, files);
            log.FactoryResetDone(configFile, folder);
            AccountTable.Write(starter, "Factory reset: a new configuration was written with three extensions.", configFile, error);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.FactoryResetFailed(configFile, failure.Message);
        }
    }

    /// <summary>Nothing may use the files any more.</summary>
    /// <param name="configFile">The configuration that is replaced.</param>
    /// <param name="state">Files that are put aside with it, where they exist; what they are called with a suffix goes too.</param>
    /// <param name="folders">Folders that are put aside with it, those on another medium excepted.</param>
    /// <param name="now">Names the folder.</param>
    /// <param name="runFolder">As for <see cref="StarterConfig.Create"/>: the new one is what a first start would write.</param>
    /// <param name="files">Where all that is; null: on the medium.</param>
    /// <returns>The folder with what was there before, and the new configuration.</returns>
    /// <exception cref="IOException">The medium does not do it; the old configuration is still in force.</exception>
    /// <exception cref="UnauthorizedAccessException">It is not ours.</exception>
    public static (string Folder, StarterConfig Starter) Run(
        string configFile, IEnumerable<string> state, IEnumerable<string> folders, DateTimeOffset now, string? runFolder = null, IFiles? files = null)
    {
        files ??= SystemFiles.Instance;
        string parent = Path.GetDirectoryName(Path.GetFullPath(configFile))!;
        string folder = Path.Combine(parent, FolderPrefix + now.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture));
        var starter = StarterConfig.Create(runFolder);
        string fresh = Path.Combine(parent, Path.GetFileName(configFile) + NewSuffix);
        files.Delete(fresh); // of a reset that was cut short
        starter.Write(fresh, files);

        DeleteFormer(parent);
        Must(files.MakeFolder(folder), folder, files);
        if (files.Read(configFile, LargestConfig) is { } former)
        {
            using var kept = new AppendFile(Path.Combine(folder, Path.GetFileName(configFile)), files);
            if (!kept.TryReplace(former, out string problem))
            {
                throw new IOException($"{folder}: {problem}");
            }
        }
        foreach (string file in state.SelectMany(file => WithSuffixes(file, files)).ToArray())
        {
            Must(files.Rename(file, Path.Combine(folder, Path.GetFileName(file))), file, files);
        }
        foreach (string each in folders)
        {
            _ = files.Rename(Path.TrimEndingDirectorySeparator(each), Path.Combine(folder, Path.GetFileName(Path.TrimEndingDirectorySeparator(each)))); // where it is, and not on a medium of its own: to copy it could take hours
        }
        // what was before is aside for good before the new one is in force: nobody's registration lives on under new passwords
        Must(files.SyncFolderOf(Path.Combine(folder, "any")) && files.SyncFolderOf(fresh), folder, files);
        Must(files.Rename(fresh, configFile) && files.SyncFolderOf(configFile), configFile, files);
        return (folder, starter);
    }

    private static void Must(bool isDone, string path, IFiles files)
    {
        if (!isDone)
        {
            throw new IOException($"{path}: {files.LastProblem()}");
        }
    }

    // one reset can be undone, and two leave nothing behind of what was there before
    private static void DeleteFormer(string parent)
    {
        foreach (string former in Directory.Exists(parent) ? Directory.GetDirectories(parent, FolderPrefix + "*") : [])
        {
            Directory.Delete(former, recursive: true);
        }
    }

    // calls.jsonl, calls.jsonl.1, calls.jsonl.torn …
    private static IEnumerable<string> WithSuffixes(string file, IFiles files) =>
        files.List(Path.GetDirectoryName(file)!).Where(found => found.StartsWith(file, StringComparison.Ordinal) && (found == file || found[file.Length] == '.'));
}
