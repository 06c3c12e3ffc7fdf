namespace EdgePbx;

/// <summary>
/// Lines appended to a file, each by one write(2), so that a power cut can tear the last one at most. At its greatest size
/// it becomes <c>NAME.1</c>, that one <c>NAME.2</c> and so on; the oldest goes. Belongs to one thread.
/// </summary>
internal sealed class CallRecordFile(string path, long largest, int kept, WriteMeter? meter = null) : IDisposable
{
    private readonly AppendFile _file = new(path, SystemFiles.Instance, meter);

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
        Repaired = TornLine.Repair(path);
        return _file.TryOpen(out problem);
    }

    public void Dispose() => _file.Dispose();

    // Where the names can't be changed, the file grows on: a record is worth more than the limit.
    private void Rotate()
    {
        try
        {
            _ = TrySync(out _);
            Rename();
            _file.Close();
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

    private string Numbered(int number) => $"{path}.{number}";
}
