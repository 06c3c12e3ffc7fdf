using System.Text.Json;

namespace EdgePbx;

/// <summary>
/// A power cut may leave the last line of a record file cut off, or filled with zeros. It is found at the next start, kept
/// beside the file for whoever wants to look, and cut off, so that the next record begins a line of its own.
/// </summary>
internal static class TornLine
{
    private const int FirstLook = 128 * 1024;

    /// <param name="path">Of the file.</param>
    /// <param name="files">Where it is; null: on the medium.</param>
    /// <returns>How many bytes were cut off; 0 when the file ends as it should or is not there.</returns>
    /// <exception cref="IOException">The file can't be read or written.</exception>
    public static long Repair(string path, IFiles? files = null)
    {
        files ??= SystemFiles.Instance;
        if (!files.Exists(path))
        {
            return 0;
        }
        int descriptor = files.OpenToAppend(path);
        if (descriptor < 0)
        {
            throw new IOException($"{path}: {files.LastProblem()}");
        }
        try
        {
            return Repair(path, files, descriptor, files.Length(descriptor));
        }
        finally
        {
            files.Close(descriptor);
        }
    }

    private static long Repair(string path, IFiles files, int descriptor, long length)
    {
        if (length <= 0)
        {
            return 0;
        }
        if (ReadAt(path, files, descriptor, 0, 1)[0] is not ((byte)'{' or 0))
        {
            throw new IOException($"{path} holds something else than call records, and is left as it is");
        }
        byte[] tail = ReadTail(path, files, descriptor, length, FirstLook);
        int good = LengthOfWholeLines(tail);
        while (good == 0 && tail.Length < length)
        {
            tail = ReadTail(path, files, descriptor, length, 2L * tail.Length); // no end of a line in all that
            good = LengthOfWholeLines(tail);
        }
        if (good == tail.Length)
        {
            return 0;
        }
        ReadOnlySpan<byte> torn = tail.AsSpan(good);
        bool isWhole = IsRecord(torn);
        if (!isWhole)
        {
            Keep(path + ".torn", files, torn);
        }
        if (!(isWhole ? files.Write(descriptor, "\n"u8) == 1 : files.Truncate(descriptor, length - torn.Length)) || !files.Sync(descriptor))
        {
            throw new IOException($"{path}: {files.LastProblem()}");
        }
        return isWhole ? 0 : torn.Length; // else only the end of the line was missing
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

    private static byte[] ReadTail(string path, IFiles files, int descriptor, long length, long atMost)
    {
        int count = (int)Math.Min(length, atMost);
        return ReadAt(path, files, descriptor, length - count, count);
    }

    private static byte[] ReadAt(string path, IFiles files, int descriptor, long offset, int count)
    {
        var bytes = new byte[count];
        for (int done = 0; done < count;)
        {
            int read = files.ReadAt(descriptor, offset + done, bytes.AsSpan(done));
            done += read > 0 ? read : throw new IOException($"{path}: {files.LastProblem()}");
        }
        return bytes;
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

    // for whoever wants to look; a full disk must not keep the file from being repaired
    private static void Keep(string path, IFiles files, ReadOnlySpan<byte> torn)
    {
        int descriptor = files.Create(path);
        if (descriptor >= 0)
        {
            _ = files.Write(descriptor, torn);
            files.Close(descriptor);
        }
    }
}
