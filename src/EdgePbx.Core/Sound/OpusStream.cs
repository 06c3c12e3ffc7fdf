using System.Buffers.Binary;

namespace EdgePbx.Core;

/// <summary>
/// One phone's Opus packets as an Ogg Opus file (RFC 7845): each as it came, at its place on the time line. What is lost, held
/// or never sent becomes packets without sound, so that the file runs as long as the call.
/// </summary>
internal sealed class OpusStream
{
    public const int Rate = 48000;

    /// <summary>What a decoder leaves out at the beginning: by so much the usual encoder is behind.</summary>
    public const int PreSkip = 312;

    /// <summary>By so much a stream may lie behind its place, so that two files stay in step to within 20 ms: 10 ms.</summary>
    internal const int MostAhead = Rate / 100;

    private readonly PacketShelf _shelf = new();
    private readonly OggPage _page;
    private readonly Action<byte[]> _write;
    private long _until; // samples at 48 kHz that are accounted for

    /// <param name="serial">Of the Ogg stream.</param>
    /// <param name="write">Takes each whole page.</param>
    public OpusStream(uint serial, Action<byte[]> write)
    {
        (_page, _write) = (new OggPage(serial), write);
        Span<byte> head = stackalloc byte[19];
        "OpusHead"u8.CopyTo(head);
        (head[8], head[9]) = (1, 1); // version, channels: a decoder mixes two into one by itself
        BinaryPrimitives.WriteUInt16LittleEndian(head[10..], PreSkip);
        BinaryPrimitives.WriteUInt32LittleEndian(head[12..], Rate);
        WriteHead(head);
        WriteHead([.. "OpusTags"u8, 7, 0, 0, 0, .. "EdgePbx"u8, 0, 0, 0, 0]);
    }

    public double Seconds => SecondsUpTo(_until);

    /// <summary>What a file with this last granule position plays.</summary>
    public static double SecondsUpTo(long granule) => Math.Max(0, granule - PreSkip) / (double)Rate;

    public void Put(in SoundPacket packet)
    {
        if (packet.Codec != RecordedCodec.Opus || OpusPacket.Samples(packet.Payload) == 0)
        {
            return;
        }
        if (_shelf.IsFull && _shelf.TryTake(long.MaxValue, out ShelvedPacket pushed))
        {
            Lay(pushed);
        }
        _shelf.Put(packet);
    }

    /// <summary>Everything up to that moment goes into a page.</summary>
    /// <param name="until">Ticks of 100 ns since the recording began.</param>
    public void Advance(long until)
    {
        while (_shelf.TryTake(until, out ShelvedPacket packet))
        {
            Lay(packet);
        }
        Fill(ToSamples(until));
        if (!_page.IsEmpty)
        {
            _write(_page.Write(_until));
        }
    }

    /// <summary>The last page.</summary>
    public void End() => _write(LastPage(_page, ref _until));

    /// <summary>A page that ends a stream: one that does must end a packet too, so it has a little silence in it.</summary>
    public static byte[] LastPage(OggPage page, ref long granule)
    {
        granule += OpusPacket.Silence(120, out byte silence);
        _ = page.TryAdd([silence]);
        return page.Write(granule, isLast: true);
    }

    public void Clear() => _shelf.Clear();

    private static long ToSamples(long ticks) => ticks * 6 / 1250; // 48000 in 10 million

    private void Lay(in ShelvedPacket packet)
    {
        long place = ToSamples(packet.Place);
        int samples = OpusPacket.Samples(packet.Payload);
        if (place > _until - Math.Min(samples / 2, MostAhead)) // else it is a copy, comes too late, or its clock has gained so much
        {
            Fill(place);
            Add(packet.Payload, samples);
        }
        PacketShelf.Return(packet);
    }

    private void Fill(long until)
    {
        while (OpusPacket.Silence(until - _until, out byte silence) is > 0 and var samples)
        {
            Add([silence], samples);
        }
    }

    private void Add(ReadOnlySpan<byte> packet, int samples)
    {
        if (!_page.TryAdd(packet))
        {
            _write(_page.Write(_until));
            _ = _page.TryAdd(packet);
        }
        _until += samples;
    }

    private void WriteHead(ReadOnlySpan<byte> packet)
    {
        _ = _page.TryAdd(packet);
        _write(_page.Write(0));
    }
}
