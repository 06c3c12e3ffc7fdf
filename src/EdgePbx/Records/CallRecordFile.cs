namespace EdgePbx;

/// <summary>
/// Lines appended to a file, each by one write(2), so that a power cut can tear the last one at most. At its greatest size
/// it becomes <c>NAME.1</c>, that one <c>NAME.2</c> and so on; the oldest goes. Belongs to one thread.
/// </summary>
/// <param name="path">Of the file.</param>
/// <param name="largest">In bytes.</param>
/// <param name="kept">How many old ones.</param>
/// <param name="meter">Told what is written; null: nobody counts.</param>
/// <param name="files">Where they are; null: on the medium.</param>
internal sealed class CallRecordFile(string path, long largest, int kept, WriteMeter? meter = null, IFiles? files = null) : IDisposable
{
    private readonly IFiles _files = files ?? SystemFiles.Instance;
    private readonly AppendFile _file = new(path, files ?? SystemFiles.Instance, meter);

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
            if (_file.IsOpen && !_file.IsStillNamed)
            {
                _file.Close(); // somebody has moved or deleted it: what has this name now, or nothing, is the file
            }
            if (_file.IsOpen && !IsStuckAtItsSize && _file.Length is > 0 and var length && length + line.Length > largest)
            {
                Rotate();
            }
            return (_file.IsOpen || TryOpen(out problem)) && _file.TryWrite(line, out problem);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _file.Close();
            problem = failure.Message;
            return false;
        }
    }

    /// <summary>Back when what was appended is on the medium; else it may be torn, and the next opening looks.</summary>
    public bool TrySync(out string problem) => _file.TrySync(out problem);

    /// <summary>Opens it now instead of with the first line, so that what is wrong with it is known at once.</summary>
    public bool TryOpen(out string problem)
    {
        Repaired = TornLine.Repair(path, _files);
        return _file.TryOpen(out problem);
    }

    public void Dispose() => _file.Dispose();

    // Where the names can't be changed, the file grows on: a record is worth more than the limit.
    private void Rotate()
    {
        _ = TrySync(out _);
        if (TryRename())
        {
            _file.Close();
        }
        else
        {
            IsStuckAtItsSize = true;
        }
    }

    // Up to the first free number, so that a power cut between two of the renames costs no file.
    private bool TryRename()
    {
        int free = 1;
        while (free < kept && _files.Exists(Numbered(free)))
        {
            free++;
        }
        bool isDone = true;
        for (int number = free; isDone && number > 1; number--)
        {
            isDone = TryRename(Numbered(number - 1), Numbered(number));
        }
        return isDone && TryRename(path, Numbered(1));
    }

    // on the medium before the next one: else a cut may leave the second and lose the first, and with it a file
    private bool TryRename(string from, string to) => _files.Rename(from, to) && _files.SyncFolderOf(to);

    private string Numbered(int number) => $"{path}.{number}";
}
