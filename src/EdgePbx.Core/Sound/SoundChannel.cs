namespace EdgePbx.Core;

/// <summary>
/// One phone's channel of a recording: packets in, as they arrive; samples out, without a gap, as time goes on. What is lost,
/// held or never sent is silence.
/// </summary>
/// <param name="rate">Samples a second: 8000 or 16000.</param>
internal sealed class SoundChannel(int rate)
{
    /// <summary>Samples that <see cref="Render"/> makes at most at once.</summary>
    public const int MostAtOnce = 1600;

    private const int MostInAPacket = 8192; // a datagram of G.722

    private readonly PacketShelf _shelf = new();
    private readonly G722Decoder _wide = new();
    private readonly short[] _line = new short[MostAtOnce + MostInAPacket];
    private readonly short[] _sound = new short[2 * MostInAPacket];
    private int _filled;
    private long _rendered;

    /// <summary>Packets that wait for their moment.</summary>
    public int Waiting => _shelf.Count;

    public void Put(in SoundPacket packet)
    {
        if (packet.Codec is not (RecordedCodec.Pcmu or RecordedCodec.Pcma or RecordedCodec.G722) || packet.Payload.IsEmpty)
        {
            return;
        }
        if (_shelf.IsFull && _shelf.TryTake(long.MaxValue, out ShelvedPacket pushed))
        {
            Lay(pushed);
        }
        _shelf.Put(packet);
    }

    /// <summary>The next samples, whether anything has come for them or not.</summary>
    public void Render(Span<short> samples)
    {
        long until = (_rendered + samples.Length) * TimeSpan.TicksPerSecond / rate;
        while (_shelf.TryTake(until, out ShelvedPacket packet))
        {
            Lay(packet);
        }
        int heard = Math.Min(_filled, samples.Length);
        _line.AsSpan(0, heard).CopyTo(samples);
        samples[heard..].Clear();
        _filled -= heard;
        Array.Copy(_line, heard, _line, 0, _filled);
        _rendered += samples.Length;
    }

    public void Clear() => _shelf.Clear();

    private void Lay(in ShelvedPacket packet)
    {
        int at = (int)Math.Clamp((packet.Place * rate / TimeSpan.TicksPerSecond) - _rendered, int.MinValue / 2, MostAtOnce);
        int length = packet.Length * (rate / 8000); // of either codec a byte is an eighth of a millisecond
        if (at + length > _filled && length <= MostInAPacket)
        {
            ReadOnlySpan<short> sound = Decode(packet);
            Fill(at);
            int late = Math.Max(0, _filled - at);
            ReadOnlySpan<short> rest = sound[Math.Min(late, sound.Length)..];
            rest = rest[..Math.Min(rest.Length, _line.Length - _filled)];
            rest.CopyTo(_line.AsSpan(_filled));
            _filled += rest.Length;
        }
        PacketShelf.Return(packet);
    }

    // a gap of a sample or two is a slip of the clock: the last sample again makes no noise
    private void Fill(int until)
    {
        if (until > _filled)
        {
            bool isSlip = until - _filled <= 2 && _filled > 0;
            _line.AsSpan(_filled, until - _filled).Fill(isSlip ? _line[_filled - 1] : (short)0);
            _filled = until;
        }
    }

    private ReadOnlySpan<short> Decode(in ShelvedPacket packet)
    {
        ReadOnlySpan<byte> codes = packet.Payload;
        if (packet.Codec == RecordedCodec.G722)
        {
            int wide = _wide.Decode(codes, _sound);
            return rate == 16000 ? _sound.AsSpan(0, wide) : Halved(wide);
        }
        for (int i = 0; i < codes.Length; i++)
        {
            _sound[i] = packet.Codec == RecordedCodec.Pcmu ? G711.FromMuLaw(codes[i]) : G711.FromALaw(codes[i]);
        }
        return rate == 8000 ? _sound.AsSpan(0, codes.Length) : Doubled(codes.Length);
    }

    private ReadOnlySpan<short> Halved(int count)
    {
        for (int i = 0; i < count / 2; i++)
        {
            _sound[i] = (short)((_sound[2 * i] + _sound[(2 * i) + 1]) / 2);
        }
        return _sound.AsSpan(0, count / 2);
    }

    private ReadOnlySpan<short> Doubled(int count)
    {
        for (int i = count - 1; i >= 0; i--)
        {
            short next = i + 1 < count ? _sound[2 * (i + 1)] : _sound[i];
            short own = _sound[i];
            (_sound[2 * i], _sound[(2 * i) + 1]) = (own, (short)((own + next) / 2));
        }
        return _sound.AsSpan(0, 2 * count);
    }
}
