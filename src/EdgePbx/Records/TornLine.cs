using System.Text.Json;

namespace EdgePbx;

/// <summary>
/// A power cut may leave the last line of a record file cut off, or filled with zeros. It is found at the next start, kept
/// beside the file for whoever wants to look, and cut off, so that the next record begins a line of its own.
/// </summary>
internal static class TornLine
{
    private const int FirstLook = 128 * 1024;

    /// <returns>How many bytes were cut off; 0 when the file ends as it should or is not there.</returns>
    /// <exception cref="IOException">The file can't be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">It belongs to somebody else.</exception>
    public static long Repair(string path)
    {
        if (new FileInfo(path) is not { Exists: true, Length: > 0 })
        {
            return 0;
        }
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        if (file.ReadByte() is not ('{' or 0))
        {
            throw new IOException($"{path} holds something else than call records, and is left as it is");
        }
        byte[] tail = ReadTail(file, FirstLook);
        int good = LengthOfWholeLines(tail);
        while (good == 0 && tail.Length < file.Length)
        {
            tail = ReadTail(file, 2 * tail.Length); // no end of a line in all that
            good = LengthOfWholeLines(tail);
        }
        if (good == tail.Length)
        {
            return 0;
        }
        ReadOnlySpan<byte> torn = tail.AsSpan(good);
        if (IsRecord(torn))
        {
            file.Position = file.Length;
            file.WriteByte((byte)'\n'); // only the end of the line is missing
            file.Flush(flushToDisk: true);
            return 0;
        }
        Keep(path, torn);
        file.SetLength(file.Length - torn.Length);
        file.Flush(flushToDisk: true);
        return torn.Length;
    }

    /// <summary>Lines of JSON objects, each with its end.</summary>
    public static bool AreRecords(ReadOnlySpan<byte> bytes)
    {
        while (bytes.IndexOf((byte)'\n') is >= 0 and var end)
        {
            if (!IsRecord(bytes[..end]))
            {
                return false;
            }
            bytes = bytes[(end + 1)..];
        }
        return bytes.IsEmpty;
    }

    private static byte[] ReadTail(FileStream file, int atMost)
    {
        var tail = new byte[Math.Min(file.Length, atMost)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        return tail;
    }

    // up to the last line that ends and is a record
    private static int LengthOfWholeLines(ReadOnlySpan<byte> tail)
    {
        int end = tail.LastIndexOf((byte)'\n') + 1;
        while (end > 0)
        {
            int start = tail[..(end - 1)].LastIndexOf((byte)'\n') + 1;
            if (IsRecord(tail[start..(end - 1)]))
            {
                return end;
            }
            end = start;
        }
        return end;
    }

    private static bool IsRecord(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void Keep(string path, ReadOnlySpan<byte> torn)
    {
        try
        {
            var ownerOnly = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                ownerOnly.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }
            using var kept = new FileStream(path + ".torn", ownerOnly);
            kept.Write(torn);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // a full disk must not keep the file from being repaired
        }
    }
}
