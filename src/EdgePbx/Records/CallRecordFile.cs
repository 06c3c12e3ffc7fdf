using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>
/// Lines appended to a file, each by one write(2), so that a power cut can tear the last one at most. At its greatest size
/// it becomes <c>NAME.1</c>, that one <c>NAME.2</c> and so on; the oldest goes. Belongs to one thread.
/// </summary>
internal sealed unsafe class CallRecordFile(string path, long largest, int kept) : IDisposable
{
    private const uint OwnerOnly = 0x180; // 0600: it says who talked with whom
    private int _descriptor = -1;
    private string? _target; // what the descriptor's name was when it was opened
    private bool _isUnsynced;

    /// <summary>Bytes of a torn line that the last opening cut off.</summary>
    public long Repaired { get; private set; }

    /// <summary>It should have become <c>NAME.1</c>, and could not.</summary>
    public bool IsStuckAtItsSize { get; private set; }

    /// <summary>Appends the line, which ends with a line feed. It survives a power cut after the next <see cref="TrySync"/>.</summary>
    /// <param name="problem">Why not; nothing of the line is in the file then.</param>
    public bool TryAppend(ReadOnlySpan<byte> line, out string problem)
    {
        problem = "";
        try
        {
            if (_descriptor >= 0 && Target() != _target)
            {
                Close(); // somebody has moved or deleted it: what has this name now, or nothing, is the file
            }
            if (_descriptor >= 0 && !IsStuckAtItsSize && Length() is > 0 and var length && length + line.Length > largest)
            {
                Rotate();
            }
            return (_descriptor >= 0 || TryOpen(out problem)) && TryWrite(line, out problem);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Close();
            problem = failure.Message;
            return false;
        }
    }

    /// <summary>Back when what was appended is on the medium.</summary>
    public bool TrySync(out string problem)
    {
        problem = "";
        if (_isUnsynced && FileCalls.fdatasync(_descriptor) != 0)
        {
            problem = LastProblem();
            Close(); // what the system could not write is lost, and may be torn: the next opening looks
            return false;
        }
        _isUnsynced = false;
        return true;
    }

    /// <summary>Opens it now instead of with the first line, so that what is wrong with it is known at once.</summary>
    public bool TryOpen(out string problem)
    {
        problem = "";
        Repaired = TornLine.Repair(path);
        // not blocking: else a named pipe would wait for its reader
        const int Flags = FileCalls.O_WRONLY | FileCalls.O_APPEND | FileCalls.O_CREAT | FileCalls.O_CLOEXEC | FileCalls.O_NONBLOCK;
        _descriptor = FileCalls.open(path, Flags, OwnerOnly);
        if (_descriptor < 0)
        {
            problem = LastProblem();
            return false;
        }
        if (FileCalls.TryLock(_descriptor) != 0)
        {
            problem = "another process writes its records there";
            Close();
            return false;
        }
        _target = Target();
        FileCalls.SyncFolder(Path.GetDirectoryName(path)!);
        return true;
    }

    public void Dispose() => Close();

    private bool TryWrite(ReadOnlySpan<byte> line, out string problem)
    {
        problem = "";
        long before = Length(); // of the file itself, whatever links lead to it
        nint written;
        fixed (byte* first = line)
        {
            do
            {
                written = Native.write(_descriptor, first, (nuint)line.Length);
            }
            while (written < 0 && Marshal.GetLastPInvokeError() == Native.EINTR);
        }
        if (written == line.Length)
        {
            _isUnsynced = true;
            return true;
        }
        problem = written < 0 ? LastProblem() : Marshal.GetPInvokeErrorMessage(FileCalls.ENOSPC);
        if (written > 0 && before >= 0)
        {
            _ = FileCalls.ftruncate(_descriptor, before); // the part that had room
        }
        _ = FileCalls.fdatasync(_descriptor);          // and what came before is safe
        Close();
        return false;
    }

    // Where the names can't be changed, the file grows on: a record is worth more than the limit.
    private void Rotate()
    {
        try
        {
            _ = TrySync(out _);
            Rename();
            Close();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            IsStuckAtItsSize = true;
        }
    }

    // Up to the first free number, so that a power cut between two of the renames costs no file.
    private void Rename()
    {
        int free = 1;
        while (free < kept && File.Exists(Numbered(free)))
        {
            free++;
        }
        for (int number = free; number > 1; number--)
        {
            File.Move(Numbered(number - 1), Numbered(number), overwrite: true);
        }
        File.Move(path, Numbered(1), overwrite: true);
    }

    private long Length() => FileCalls.lseek(_descriptor, 0, FileCalls.SEEK_END);

    private string? Target() => File.ResolveLinkTarget($"/proc/self/fd/{_descriptor}", returnFinalTarget: false)?.FullName;

    private string Numbered(int number) => $"{path}.{number}";

    private void Close()
    {
        if (_descriptor >= 0)
        {
            _ = Native.close(_descriptor);
        }
        (_descriptor, _isUnsynced) = (-1, false);
    }

    private static string LastProblem() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
}
