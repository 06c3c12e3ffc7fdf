using EdgePbx.Core;

namespace EdgePbx;

/// <summary>
/// A recording whose writer was gone before it could close it. What is whole of it stays: whole samples of WAV, whole pages of Ogg.
/// </summary>
internal static class TornRecording
{
    /// <summary>False: somebody is writing it, or it can't be read, and stays as it is: the next start tries again.</summary>
    public static bool TryClose(RecordingEntry entry, out FinishedFile? finished)
    {
        finished = null;
        using SoundFile? file = SoundFile.TryReopen(entry.Path, out _);
        if (file is null)
        {
            return false;
        }
        bool isTorn = entry.Stage == RecordingStage.Open;
        RecordingOrder order = RecordingName.ReadOrder(entry.Kept);
        double? closed;
        if (order.Format == RecordingFormat.Opus)
        {
            closed = CloseOgg(file, isTorn);
        }
        else
        {
            closed = CloseWav(file, isTorn, out int rate);
            order = order with { Format = rate == 16000 ? RecordingFormat.Wide : RecordingFormat.Narrow };
        }
        if (closed is not { } seconds)
        {
            return false;
        }
        _ = RecordingName.TryReadStart(entry.Kept, out DateTime start);
        finished = new FinishedFile(entry.Path, Path.Combine(Path.GetDirectoryName(entry.Path)!, entry.Kept))
        {
            Order = order, Start = start, Side = SideOf(entry.Kept), Seconds = seconds, Bytes = file.Length, IsTorn = isTorn,
        };
        return true;
    }

    private static RecordedSide? SideOf(string kept) =>
        kept.EndsWith("_caller.opus", StringComparison.Ordinal) ? RecordedSide.Caller
        : kept.EndsWith("_callee.opus", StringComparison.Ordinal) ? RecordedSide.Callee
        : null;

    // both: how long it is, in seconds; null: it can't be read
    private static double? CloseWav(SoundFile file, bool isTorn, out int rate)
    {
        rate = 8000;
        Span<byte> header = stackalloc byte[WavHeader.Bytes];
        int read = file.ReadAt(0, header);
        if (read < 0)
        {
            return null;
        }
        if (!WavHeader.TryReadRate(header[..read], out rate))
        {
            rate = 8000;
            if (isTorn)
            {
                file.Truncate(0); // cut off before its head was on the medium: then nothing followed either
            }
        }
        long samples = Math.Max(0, file.Length - WavHeader.Bytes) / WavHeader.FrameBytes * WavHeader.FrameBytes;
        if (isTorn)
        {
            file.Truncate(WavHeader.Bytes + samples);
            WavHeader.Write(header, rate, samples);
            _ = file.TryWriteAt(0, header, out _);
            _ = file.TrySync(out _);
        }
        return (double)samples / WavHeader.FrameBytes / rate;
    }

    private static double? CloseOgg(SoundFile file, bool isTorn)
    {
        var bytes = new byte[1 << 17]; // more than the largest page
        (long place, long granule, uint serial, uint number) = (0, 0, 0, 0);
        int read;
        while ((read = file.ReadAt(place, bytes)) > 0
            && OggPage.LengthOf(bytes.AsSpan(0, read), out long upTo, out uint stream, out uint page) is > 0 and var length)
        {
            (place, granule, serial, number) = (place + length, upTo, stream, page + 1);
        }
        if (read < 0)
        {
            return null;
        }
        if (isTorn)
        {
            file.Truncate(place);
            if (number > 0)
            {
                _ = file.TryAppend(OpusStream.LastPage(new OggPage(serial) { Number = number }, ref granule), out _);
            }
            _ = file.TrySync(out _);
        }
        return OpusStream.SecondsUpTo(granule);
    }
}
