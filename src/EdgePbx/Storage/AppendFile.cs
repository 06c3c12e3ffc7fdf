using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>
/// A file that only grows, each time by one write(2), so that a power cut can tear the last one at most; or that is replaced as a
/// whole, so that after a power cut it is the old or the new one. One process at a time holds it. Belongs to one thread.
/// </summary>
/// <param name="path">Of the file.</param>
/// <param name="files">Where it is.</param>
/// <param name="meter">Told what is written; null: nobody counts.</param>
internal sealed class AppendFile(string path, IFiles files, WriteMeter? meter = null) : IDisposable
{
    /// <summary>Behind the name of what is not finished.</summary>
    public const string FreshSuffix = ".new";

    private int _descriptor = -1;
    private string? _name; // what it was when it was opened
    private bool _isUnsynced;
    private bool _isNew; // its name may not be on the medium yet

    public bool IsOpen => _descriptor >= 0;

    /// <summary>Nobody has moved or deleted it since; taken for true where nobody can say.</summary>
    public bool IsStillNamed => files.NameOf(_descriptor) == _name;

    /// <summary>In bytes, of the file itself, whatever links lead to it.</summary>
    public long Length => files.Length(_descriptor);

    /// <summary>Made if it is not there.</summary>
    public bool TryOpen(out string problem)
    {
        problem = "";
        _descriptor = files.OpenToAppend(path);
        if (_descriptor < 0)
        {
            problem = files.LastProblem();
            return false;
        }
        if (!files.TryLock(_descriptor))
        {
            problem = "another process writes its records there";
            Close();
            return false;
        }
        _name = files.NameOf(_descriptor);
        _isNew = Length == 0;
        return true;
    }

    /// <summary>Appends. It survives a power cut after the next <see cref="TrySync"/>.</summary>
    /// <param name="problem">Why not; nothing of it is in the file then, and the file is closed.</param>
    public bool TryWrite(ReadOnlySpan<byte> bytes, out string problem)
    {
        problem = "";
        long before = Length;
        nint written = files.Write(_descriptor, bytes);
        if (written == bytes.Length)
        {
            meter?.Wrote(bytes.Length);
            _isUnsynced = true;
            return true;
        }
        problem = written < 0 ? files.LastProblem() : Marshal.GetPInvokeErrorMessage(FileCalls.ENOSPC);
        if (written > 0 && before >= 0)
        {
            _ = files.Truncate(_descriptor, before); // the part that had room
        }
        _ = files.Sync(_descriptor);                 // and what came before is safe
        Close();
        return false;
    }

    /// <summary>Back when what was appended is on the medium.</summary>
    /// <param name="problem">Why not: it is lost and may be torn, and the file is closed.</param>
    public bool TrySync(out string problem)
    {
        problem = "";
        if (_isUnsynced)
        {
            meter?.Synced();
            if (!files.Sync(_descriptor) || (_isNew && !files.SyncFolderOf(path)))
            {
                problem = files.LastProblem();
                Close();
                return false;
            }
        }
        (_isUnsynced, _isNew) = (false, false);
        return true;
    }

    /// <summary>A new file takes its place, on the medium before it has the name. What holds the old one lets it go.</summary>
    /// <param name="whole">All that is in it.</param>
    /// <param name="problem">Why not; the old one is as it was, or both are whole.</param>
    /// <param name="isNew">Nothing may have that name yet; if something has, it stays as it is.</param>
    public bool TryReplace(ReadOnlySpan<byte> whole, out string problem, bool isNew = false)
    {
        problem = "";
        string fresh = path + FreshSuffix;
        int descriptor = files.Create(fresh);
        nint written = -1;
        bool isOurs = descriptor >= 0 && files.TryLock(descriptor);
        if (isOurs)
        {
            files.TakeAfter(descriptor, path);
            written = files.Write(descriptor, whole);
        }
        if (written == whole.Length && files.Sync(descriptor) && files.Rename(fresh, path, replaces: !isNew) && files.SyncFolderOf(path))
        {
            meter?.Wrote(whole.Length);
            meter?.Synced();
            Close();
            (_descriptor, _name) = (descriptor, files.NameOf(descriptor));
            return true;
        }
        problem = written is < 0 || written == whole.Length ? files.LastProblem() : Marshal.GetPInvokeErrorMessage(FileCalls.ENOSPC);
        if (isOurs)
        {
            files.Delete(fresh); // half of it may be half of the secrets
        }
        if (descriptor >= 0)
        {
            files.Close(descriptor);
        }
        return false;
    }

    public void Close()
    {
        if (_descriptor >= 0)
        {
            files.Close(_descriptor);
        }
        (_descriptor, _isUnsynced) = (-1, false);
    }

    public void Dispose() => Close();
}
