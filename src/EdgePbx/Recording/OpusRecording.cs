using EdgePbx.Core;

namespace EdgePbx;

/// <summary>Two Ogg Opus files, one a phone, of the same length: the packets as they came. A page is whole or not there, so any page ends a valid file.</summary>
internal sealed class OpusRecording(RecordingKey key, RecordingOrder order, RecordingName name, Instant start)
    : OpenRecording(key, order, name, start)
{
    private readonly OpusStream?[] _streams = new OpusStream?[2];
    private readonly SoundFile?[] _files = new SoundFile?[2];
    private readonly long[] _committed = new long[2];

    public override string FileName => Name.FileOf(PartOf(0), RecordingStage.Kept);
    public override double Seconds => _streams[0]?.Seconds ?? 0;

    public override bool TryOpen()
    {
        for (int side = 0; side < 2; side++)
        {
#pragma warning disable CA2000 // the base owns it
            if (Create(PartOf(side)) is not { } file)
#pragma warning restore CA2000
            {
                return false;
            }
            _files[side] = file;
            _streams[side] = new OpusStream((uint)HashCode.Combine(Name.Stem, side), page => Append(file, page));
        }
        return Problem.Length == 0;
    }

    public override void Put(RecordedSide side, in SoundPacket packet) => _streams[(int)side]?.Put(packet);

    protected override void WriteUntil(long until, bool isEnd) => Array.ForEach(_streams, stream => stream?.Advance(until));

    public override void Commit()
    {
        for (int side = 0; side < 2 && Problem.Length == 0; side++)
        {
            if (_files[side] is { } file && file.Length != _committed[side])
            {
                if (file.TrySync(out string problem))
                {
                    _committed[side] = file.Length;
                }
                else
                {
                    Fail(problem);
                }
            }
        }
    }

    public override void Close()
    {
        for (int side = 0; side < 2; side++)
        {
            if (_files[side] is not { } file)
            {
                continue;
            }
            if (Problem.Length > 0)
            {
                file.Truncate(_committed[side]);
            }
            else
            {
                _streams[side]?.End();
            }
            if (!file.TrySync(out string problem))
            {
                Fail(problem);
            }
            _files[side] = null;
            Finish(file, PartOf(side), (RecordedSide)side, _streams[side]?.Seconds ?? 0);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        Array.ForEach(_streams, static stream => stream?.Clear());
    }

    private static string PartOf(int side) => side == 0 ? "_caller" : "_callee";

    private void Append(SoundFile file, byte[] page)
    {
        if (Problem.Length == 0 && !file.TryAppend(page, out string problem))
        {
            Fail(problem);
        }
    }
}
