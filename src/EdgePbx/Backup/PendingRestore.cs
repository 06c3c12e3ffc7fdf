namespace EdgePbx;

/// <summary>
/// A restore is several files, and the power may go between two of them. So the backup itself is put into the state folder first, at
/// once or not at all; from then on it is what the box is. Whoever starts next finishes what is not finished.
/// </summary>
internal sealed class PendingRestore(string configFile, string state, WriteMeter? meter = null)
{
    private const int Largest = 1 << 30;

    private readonly string _path = Path.Combine(state, StateFolder.PendingRestore);

    /// <summary>The point of no return.</summary>
    public bool TryCommit(BackupFile backup, out string problem)
    {
        using var file = new AppendFile(_path, SystemFiles.Instance, meter);
        return file.TryReplace(backup.ToBytes(), out problem);
    }

    /// <summary>Writes the files of what was committed; nothing if nothing was.</summary>
    /// <param name="problem">Null when all is done; else why it is not, and the next start tries again.</param>
    /// <returns>False: there was nothing to do.</returns>
    public bool Finish(out string? problem)
    {
        problem = null;
        try
        {
            if (SystemFiles.Instance.Read(_path, Largest) is not { } bytes)
            {
                return false;
            }
            if (BackupFile.Parse(bytes, out string damage) is not { } backup)
            {
                problem = damage;
                _ = SystemFiles.Instance.Rename(_path, _path + ".damaged");
                return true;
            }
            // looked through again: whoever can put a file of that name there is not whoever wanted the restore
            var plan = RestorePlan.For(backup, BoxState.Read(configFile, state, withRecords: false), configFile, state);
            if (plan.Problems.Count > 0)
            {
                problem = string.Join("; ", plan.Problems);
                return true;
            }
            foreach ((string path, byte[] content) in plan.Files)
            {
                using var file = new AppendFile(path, SystemFiles.Instance, meter);
                if (!file.TryReplace(content, out string failure))
                {
                    problem = $"{path}: {failure}";
                    return true;
                }
            }
            SystemFiles.Instance.Delete(_path);
            _ = SystemFiles.Instance.SyncFolderOf(_path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problem = failure.Message;
        }
        return true;
    }
}
