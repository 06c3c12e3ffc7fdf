using System.Globalization;
using System.Runtime.InteropServices;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>
/// A stereo WAV file: the caller on the left, the callee on the right. Its head never claims more than is on the medium: samples
/// first, then the size. When it is as long as such files may be, it goes on in another one.
/// </summary>
internal sealed class WavRecording : OpenRecording
{
    /// <summary>Bytes of samples in one file: below what programs take that count with signed numbers. 18 hours, or 9 at 16 kHz.</summary>
    public const long LargestData = (1L << 31) - (1 << 20);

    private const int StepsASecond = 20;

    private readonly int _rate;
    private readonly long _largest;
    private readonly SoundChannel[] _channels;
    private readonly short[] _one;
    private readonly short[] _other;
    private readonly short[] _frames;
    private readonly List<byte> _unwritten = [];
    private SoundFile? _file;
    private string _part = "";
    private int _parts = 1;
    private long _rendered; // frames, of all files
    private long _committed = -1;

    public WavRecording(RecordingKey key, RecordingOrder order, RecordingName name, Instant start, long largest = LargestData)
        : base(key, order, name, start)
    {
        _rate = order.Format == RecordingFormat.Wide ? 16000 : 8000;
        _largest = largest;
        _channels = [new SoundChannel(_rate), new SoundChannel(_rate)];
        int step = _rate / StepsASecond;
        (_one, _other, _frames) = (new short[step], new short[step], new short[2 * step]);
    }

    public override string FileName => Name.FileOf("", RecordingStage.Kept);
    public override double Seconds => (double)_rendered / _rate;

    public override bool TryOpen()
    {
        _file = Create(_part);
        if (_file is null)
        {
            return false;
        }
        _committed = -1;
        Span<byte> header = stackalloc byte[WavHeader.Bytes];
        WavHeader.Write(header, _rate, 0);
        if (!_file.TryAppend(header, out string problem))
        {
            Fail(problem);
        }
        return Problem.Length == 0;
    }

    public override void Put(RecordedSide side, in SoundPacket packet) => _channels[(int)side].Put(packet);

    protected override void WriteUntil(long until, bool isEnd)
    {
        long frames = until * _rate / TimeSpan.TicksPerSecond;
        while (_rendered + _one.Length <= frames)
        {
            Render(_one.Length);
        }
        if (isEnd && frames > _rendered)
        {
            Render((int)(frames - _rendered));
        }
        Write();
    }

    public override void Commit()
    {
        if (_file is not { } file || Problem.Length > 0 || file.Length == _committed)
        {
            return;
        }
        if (!file.TrySync(out string problem) || !TryWriteHeader(file, out problem))
        {
            Fail(problem);
            return;
        }
        _committed = file.Length;
        if (file.Length >= _largest)
        {
            Close(file);
            _part = string.Create(CultureInfo.InvariantCulture, $"_part{++_parts}");
            _ = TryOpen();
        }
    }

    public override void Close()
    {
        if (_file is { } file)
        {
            Close(file);
        }
    }

    public override void Dispose()
    {
        _file?.Dispose();
        base.Dispose();
        Array.ForEach(_channels, static channel => channel.Clear());
    }

    private void Render(int frames)
    {
        _channels[0].Render(_one.AsSpan(0, frames));
        _channels[1].Render(_other.AsSpan(0, frames));
        for (int i = 0; i < frames; i++)
        {
            (_frames[2 * i], _frames[(2 * i) + 1]) = (_one[i], _other[i]);
        }
        _rendered += frames;
        _unwritten.AddRange(MemoryMarshal.AsBytes(_frames.AsSpan(0, 2 * frames)));
        if (_unwritten.Count >= 1 << 16)
        {
            Write();
        }
    }

    private void Write()
    {
        if (_unwritten.Count > 0 && Problem.Length == 0 && _file is { } file
            && !file.TryAppend(CollectionsMarshal.AsSpan(_unwritten), out string problem))
        {
            Fail(problem);
        }
        _unwritten.Clear();
    }

    private bool TryWriteHeader(SoundFile file, out string problem)
    {
        Span<byte> header = stackalloc byte[WavHeader.Bytes];
        WavHeader.Write(header, _rate, file.Length - WavHeader.Bytes);
        return file.TryWriteAt(0, header, out problem);
    }

    // after a failure it ends with what is known to be there
    private void Close(SoundFile file)
    {
        if (Problem.Length > 0)
        {
            file.Truncate(Math.Max(WavHeader.Bytes, _committed));
        }
        if (!file.TrySync(out string problem) || !TryWriteHeader(file, out problem) || !file.TrySync(out problem))
        {
            Fail(problem);
        }
        _file = null;
        Finish(file, _part, side: null, (double)(file.Length - WavHeader.Bytes) / WavHeader.FrameBytes / _rate);
    }
}
