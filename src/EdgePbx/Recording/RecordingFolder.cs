using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>The folder of recordings: its size, its age, the room on its file system. Only files that are named like recordings are ever touched.</summary>
/// <param name="section">Where it is, and how much may be in it.</param>
/// <param name="clock">The one on the wall.</param>
/// <param name="log">Told what goes.</param>
/// <param name="now">The clock that nobody sets.</param>
internal sealed class RecordingFolder(RecordingSection section, TimeProvider clock, ILogger log, Func<Instant> now)
{
    private readonly RecordingAge? _age = section.LongestAge is { } longest ? new RecordingAge(longest, clock, now, log) : null;

    /// <summary>So much of the file system stays free for everything else: the smaller of the two.</summary>
    private const long LeastFree = 100L << 20;
    private const int LeastFreeShare = 20;

    public string Path => section.Folder;

    /// <summary>Makes it, for its owner only.</summary>
    public bool TryOpen(out string problem)
    {
        problem = "";
        try
        {
            _ = OperatingSystem.IsWindows()
                ? Directory.CreateDirectory(section.Folder)
                : Directory.CreateDirectory(section.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problem = failure.Message;
            return false;
        }
    }

    /// <summary>What is there of recordings, oldest first by their names.</summary>
    public List<RecordingEntry> List()
    {
        try
        {
            return
            [
                .. new DirectoryInfo(section.Folder).EnumerateFiles()
                    .Select(static file => (File: file, Stage: RecordingName.StageOf(file.Name)))
                    .Where(static one => one.Stage is not null && one.File.LinkTarget is null)
                    .Select(static one => new RecordingEntry(one.File.FullName, one.Stage!.Value.Stage, one.Stage.Value.Kept, one.File.Length))
                    .OrderBy(static entry => entry.Kept, StringComparer.Ordinal),
            ];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>
    /// Deletes what is too old, and while there is too much the oldest of whoever has the most; never a file that is open or has no line in the call records
    /// yet. False: there is too little room all the same.
    /// </summary>
    /// <param name="goOn">Called after each deletion.</param>
    public bool TryMakeRoom(out string problem, Action? goOn = null)
    {
        List<RecordingEntry> entries = List();
        long total = entries.Sum(static entry => entry.Length);
        long missing = Math.Max(total - section.LargestTotal, MissingOnMedium());
        List<RecordingEntry> kept = [.. entries.Where(static entry => entry.Stage == RecordingStage.Kept)];
        List<RecordingEntry> old = _age?.TooOld(kept) ?? [];
        foreach (RecordingEntry entry in old)
        {
            missing -= TryDelete(entry, "it is too old") ? entry.Length : 0;
            goOn?.Invoke();
        }
        foreach (RecordingEntry entry in RecordingShares.InOrderOfGoing([.. kept.Except(old)]))
        {
            if (missing <= 0)
            {
                break;
            }
            missing -= TryDelete(entry, "there is no more room for it") ? entry.Length : 0;
            goOn?.Invoke();
        }
        problem = missing <= 0 ? ""
            : total > section.LargestTotal ? $"the recordings fill recording.max_size, {section.LargestTotal >> 20} MiB, and none of them can be deleted"
            : "the file system is full";
        return missing <= 0;
    }

    /// <summary>Closes what was torn by a power cut or a crash, and finds what was closed and got no line.</summary>
    public IEnumerable<FinishedFile> Repair()
    {
        foreach (RecordingEntry entry in List().Where(static entry => entry.Stage != RecordingStage.Kept))
        {
            if (TornRecording.TryClose(entry, out FinishedFile? file))
            {
                if (file!.IsTorn)
                {
                    log.RecordingRepaired(entry.Kept, file.Seconds);
                }
                yield return file;
            }
        }
    }

    private long MissingOnMedium()
    {
        try
        {
            var medium = new DriveInfo(section.Folder);
            return Math.Min(LeastFree, medium.TotalSize / LeastFreeShare) - medium.AvailableFreeSpace;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return 0; // writing will tell
        }
    }

    private bool TryDelete(RecordingEntry entry, string why)
    {
        try
        {
            File.Delete(entry.Path);
            log.RecordingDeleted(entry.Kept, why);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

/// <summary>A file of the folder.</summary>
/// <param name="Kept">The name that it will keep.</param>
internal sealed record RecordingEntry(string Path, RecordingStage Stage, string Kept, long Length);
