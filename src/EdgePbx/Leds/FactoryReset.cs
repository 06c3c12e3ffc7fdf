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

    /// <summary><see cref="Run"/> for a whole box: it logs what was done, or why not, and shows the new accounts to whoever is there.</summary>
    /// <param name="config">What was in force; null: nothing was, so that only what lies in its usual places is put aside.</param>
    /// <param name="state">The folder of what must survive.</param>
    public static void RunAndTell(string configFile, PbxConfig? config, string state, ILogger log, TextWriter error)
    {
        config ??= ConfigLoader.Parse("", configFile, Path.GetDirectoryName(Path.GetFullPath(configFile))!).Config!;
        try
        {
            (string folder, StarterConfig starter) = Run(
                configFile, [config.Records.File, .. StateFolder.Files(state, configFile)], [config.Recording.Folder], TimeProvider.System.GetUtcNow(),
                StarterConfig.RunFolderHere);
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
    /// <returns>The folder with what was there before, and the new configuration.</returns>
    /// <exception cref="IOException">The medium does not do it; the old configuration is still in force.</exception>
    /// <exception cref="UnauthorizedAccessException">It is not ours.</exception>
    public static (string Folder, StarterConfig Starter) Run(
        string configFile, IEnumerable<string> state, IEnumerable<string> folders, DateTimeOffset now, string? runFolder = null)
    {
        string parent = Path.GetDirectoryName(Path.GetFullPath(configFile))!;
        string folder = Path.Combine(parent, FolderPrefix + now.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture));
        var starter = StarterConfig.Create(runFolder);
        string fresh = Path.Combine(parent, Path.GetFileName(configFile) + NewSuffix);
        File.Delete(fresh); // of a reset that was cut short
        starter.Write(fresh);
        Sync(fresh);

        DeleteFormer(parent);
        MakeFolder(folder);
        if (File.Exists(configFile))
        {
            string kept = Path.Combine(folder, Path.GetFileName(configFile));
            File.Copy(configFile, kept);
            Sync(kept);
        }
        foreach (string file in state.SelectMany(WithSuffixes).ToArray())
        {
            File.Move(file, Path.Combine(folder, Path.GetFileName(file)));
        }
        foreach (string each in folders.Where(Directory.Exists))
        {
            PutAside(each, folder);
        }
        Sync(folder);
        Sync(parent);
        File.Move(fresh, configFile, overwrite: true);
        Sync(parent);
        return (folder, starter);
    }

    // what lies on a medium of its own stays there: to copy it could take hours
    private static void PutAside(string from, string folder)
    {
        try
        {
            Directory.Move(from, Path.Combine(folder, Path.GetFileName(Path.TrimEndingDirectorySeparator(from))));
        }
        catch (IOException)
        {
        }
    }

    // one reset can be undone, and two leave nothing behind of what was there before
    private static void DeleteFormer(string parent)
    {
        foreach (string former in Directory.GetDirectories(parent, FolderPrefix + "*"))
        {
            Directory.Delete(former, recursive: true);
        }
    }

    // of the owner's alone: there are secrets in it
    private static void MakeFolder(string folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    // calls.jsonl, calls.jsonl.1, calls.jsonl.torn …
    private static string[] WithSuffixes(string file)
    {
        string folder = Path.GetDirectoryName(file)!;
        return Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder, Path.GetFileName(file) + "*").Where(found => found == file || found[file.Length] == '.')]
            : [];
    }

    private static void Sync(string path)
    {
        int descriptor = FileCalls.open(path, FileCalls.O_RDONLY | FileCalls.O_CLOEXEC, mode: 0);
        if (descriptor >= 0)
        {
            _ = FileCalls.fsync(descriptor); // a medium that can't do that loses what it loses
            _ = Native.close(descriptor);
        }
    }
}
