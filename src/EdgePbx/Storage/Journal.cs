namespace EdgePbx;

/// <summary>
/// A small table, key to text, that survives a power cut at any moment: what was committed is there after it, what was not is there
/// whole or not at all. Each change is a line with a checksum at the end of the file, and the last one of a key counts. When most
/// lines are out of date, the file is replaced by one of those that count. Belongs to one thread.
/// </summary>
/// <remarks>
/// <see cref="JournalText"/> says how it looks. A file with damage is read as far as it is good, kept beside as <c>NAME.damaged</c>,
/// and replaced with the next commit.
/// </remarks>
internal sealed class Journal(string path, string kind, IFiles files, WriteMeter meter) : IDisposable
{
    /// <summary>A file this small is not worth replacing.</summary>
    private const int SmallFile = 64 * 1024;

    private const int LargestFile = 16 << 20;

    private readonly AppendFile _file = new(path, files, meter);
    private readonly Dictionary<string, byte[]> _table = new(StringComparer.Ordinal);
    private readonly MemoryStream _pending = new();
    private bool _mustReplace;
    private bool _isRead;

    /// <summary>Lines that could not be read when it was opened: the last one, if the power went while it was written; or bad memory.</summary>
    public int Damaged { get; private set; }

    /// <summary>Bytes that the next commit appends.</summary>
    internal long Pending => _pending.Length;

    /// <summary>What counts, pending changes included.</summary>
    public IReadOnlyDictionary<string, byte[]> Table => _table;

    /// <summary>Reads what is there. Nothing is written but an empty file where there is none.</summary>
    public bool TryOpen(out string problem)
    {
        try
        {
            if (!_file.TryOpen(out problem))
            {
                return false;
            }
            Read(files.Read(path, LargestFile) ?? []);
            _isRead = true;
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problem = failure.Message;
            _file.Close();
            return false;
        }
    }

    /// <param name="key">Without spaces and line ends.</param>
    /// <param name="text">Without line ends; empty: the key is gone.</param>
    public void Put(string key, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            _ = _table.Remove(key);
        }
        else
        {
            _table[key] = text.ToArray();
        }
        JournalText.WriteLine(_pending, key, text);
    }

    /// <summary>Back when all that was put is on the medium.</summary>
    /// <param name="problem">Why it is not; the next commit tries again, with all that counts.</param>
    public bool TryCommit(out string problem)
    {
        bool isDone = false;
        try
        {
            isDone = TryWrite(out problem);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problem = failure.Message;
        }
        _mustReplace = !isDone; // whatever the file holds then, it is not what we know
        _pending.SetLength(0);  // the table has it all, and a medium that fails for months must not cost memory
        return isDone;
    }

    public void Dispose()
    {
        _file.Dispose();
        _pending.Dispose();
    }

    private bool TryWrite(out string problem)
    {
        problem = "";
        if (!_file.IsOpen && !_file.TryOpen(out problem))
        {
            return false;
        }
        if (!_isRead)
        {
            _ = files.Rename(path, path + ".damaged"); // somebody may still get something out of it
            (_isRead, _mustReplace) = (true, true);
        }
        return _mustReplace || !_file.IsStillNamed || IsMostlyOutOfDate() ? TryReplace(out problem) : TryAppend(out problem);
    }

    private bool TryAppend(out string problem)
    {
        problem = "";
        return _pending.Length == 0 || (_file.TryWrite(_pending.GetBuffer().AsSpan(0, (int)_pending.Length), out problem) && _file.TrySync(out problem));
    }

    private bool TryReplace(out string problem) => _file.TryReplace(JournalText.Write(kind, _table), out problem);

    private bool IsMostlyOutOfDate() =>
        _file.Length + _pending.Length is var length && length > SmallFile && length > 4 * _table.Sum(entry => entry.Key.Length + entry.Value.Length + 11L);

    private void Read(ReadOnlySpan<byte> bytes)
    {
        Damaged = JournalText.Read(bytes, kind, _table);
        _mustReplace = Damaged > 0 || bytes.IsEmpty; // an empty one lacks its first line
        if (Damaged > 0)
        {
            KeepDamaged(bytes);
        }
    }

    // for whoever wants to look; a full disk must not keep us from going on
    private void KeepDamaged(ReadOnlySpan<byte> bytes)
    {
        int descriptor = files.Create(path + ".damaged");
        if (descriptor >= 0)
        {
            _ = files.Write(descriptor, bytes);
            files.Close(descriptor);
        }
    }
}
