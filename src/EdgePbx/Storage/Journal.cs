using System.Buffers.Text;
using System.Numerics;
using System.Text;

namespace EdgePbx;

/// <summary>
/// A small table, key to text, that survives a power cut at any moment: what was committed is there after it, what was not is there
/// whole or not at all. Each change is a line with a checksum at the end of the file, and the last one of a key counts. When most
/// lines are out of date, the file is replaced by one of those that count. Belongs to one thread.
/// </summary>
/// <remarks>
/// <c>edgepbx-journal 1 KIND</c>, then <c>CRC32C-of-the-rest KEY TEXT</c>; without text the key is gone. A file with damage is read as
/// far as it is good, kept beside as <c>NAME.damaged</c>, and replaced with the next commit.
/// </remarks>
internal sealed class Journal(string path, string kind, IFiles files, WriteMeter meter) : IDisposable
{
    /// <summary>A file this small is not worth replacing.</summary>
    private const int SmallFile = 64 * 1024;

    private const int LargestFile = 16 << 20;
    private const int ChecksumLength = 8;

    private readonly AppendFile _file = new(path, files, meter);
    private readonly SortedDictionary<string, byte[]> _table = new(StringComparer.Ordinal);
    private readonly MemoryStream _pending = new();
    private bool _mustReplace;
    private bool _isRead;

    /// <summary>Lines that could not be read when it was opened: the last one, if the power went while it was written; or bad memory.</summary>
    public int Damaged { get; private set; }

    /// <summary>What counts, pending changes included.</summary>
    public IReadOnlyDictionary<string, byte[]> Table => _table;

    private string Header => $"edgepbx-journal 1 {kind}";

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
        WriteLine(_pending, key, text);
    }

    /// <summary>Back when all that was put is on the medium.</summary>
    /// <param name="problem">Why it is not; the next commit tries again, with all that counts.</param>
    public bool TryCommit(out string problem)
    {
        problem = "";
        try
        {
            if (!_file.IsOpen && !_file.TryOpen(out problem))
            {
                _mustReplace = true; // whatever it holds now, it is not what we know
                return false;
            }
            if (!_isRead)
            {
                _ = files.Rename(path, path + ".damaged"); // somebody may still get something out of it
                (_isRead, _mustReplace) = (true, true);
            }
            bool isDone = _mustReplace || !_file.IsStillNamed || IsMostlyOutOfDate() ? TryReplace(out problem) : TryAppend(out problem);
            _mustReplace = !isDone;
            _pending.SetLength(0);
            return isDone;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            (problem, _mustReplace) = (failure.Message, true);
            return false;
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        _pending.Dispose();
    }

    private bool TryAppend(out string problem)
    {
        problem = "";
        return _pending.Length == 0 || (_file.TryWrite(_pending.GetBuffer().AsSpan(0, (int)_pending.Length), out problem) && _file.TrySync(out problem));
    }

    private bool TryReplace(out string problem)
    {
        using var whole = new MemoryStream();
        whole.Write(Encoding.ASCII.GetBytes(Header + "\n"));
        foreach ((string key, byte[] text) in _table)
        {
            WriteLine(whole, key, text);
        }
        return _file.TryReplace(whole.GetBuffer().AsSpan(0, (int)whole.Length), out problem);
    }

    private bool IsMostlyOutOfDate() =>
        _file.Length + _pending.Length is var length && length > SmallFile && length > 4 * _table.Sum(entry => entry.Key.Length + entry.Value.Length + 11L);

    private void Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            _mustReplace = true; // the first line is missing, and comes with the first commit
            return;
        }
        bool isFirst = true;
        ReadOnlySpan<byte> rest = bytes;
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            bool isGood = isFirst ? Ascii.Equals(line, Header) : TryReadLine(line);
            Damaged += isGood && end >= 0 ? 0 : 1;
            isFirst = false;
        }
        if (Damaged > 0)
        {
            _mustReplace = true;
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

    private bool TryReadLine(ReadOnlySpan<byte> line)
    {
        if (line.Length <= ChecksumLength + 1 || line[ChecksumLength] != (byte)' '
            || !Utf8Parser.TryParse(line[..ChecksumLength], out uint checksum, out int length, 'x') || length != ChecksumLength
            || checksum != Checksum(line[(ChecksumLength + 1)..]))
        {
            return false;
        }
        ReadOnlySpan<byte> entry = line[(ChecksumLength + 1)..];
        int space = entry.IndexOf((byte)' ');
        string key = Encoding.UTF8.GetString(space < 0 ? entry : entry[..space]);
        if (space < 0 || space == entry.Length - 1)
        {
            _ = _table.Remove(key);
        }
        else
        {
            _table[key] = entry[(space + 1)..].ToArray();
        }
        return true;
    }

    private static void WriteLine(MemoryStream to, string key, ReadOnlySpan<byte> text)
    {
        byte[] entry = [.. Encoding.UTF8.GetBytes(key), (byte)' ', .. text];
        to.Write(Encoding.ASCII.GetBytes($"{Checksum(entry):x8} "));
        to.Write(entry);
        to.WriteByte((byte)'\n');
    }

    /// <summary>CRC-32C (RFC 3720 B.4).</summary>
    internal static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }
        return ~crc;
    }
}
