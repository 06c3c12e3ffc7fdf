using System.Buffers;

namespace EdgePbx.Core;

/// <summary>
/// Packets of one phone that wait for their moment, and leave earliest first: what overtook another on the way is put in order here.
/// Bounded: a phone that floods the box has its earliest packets taken early.
/// </summary>
internal sealed class PacketShelf
{
    private const int MostWaiting = 128;
    private const int MostSources = 4;

    private readonly List<Waiting> _waiting = [];
    private readonly List<StreamClock> _clocks = []; // the one heard last comes last

    public int Count => _waiting.Count;

    /// <summary>True: it is full, and the earliest has to be taken now.</summary>
    public bool IsFull => _waiting.Count >= MostWaiting;

    public void Put(in SoundPacket packet)
    {
        (TimestampRun run, long sent) = ClockOf(packet.Ssrc, packet.ClockRate).Take(packet.Arrival, packet.Timestamp);
        byte[] payload = ArrayPool<byte>.Shared.Rent(Math.Max(1, packet.Payload.Length));
        packet.Payload.CopyTo(payload);
        _waiting.Add(new Waiting(run, sent, packet.Codec, payload, packet.Payload.Length));
    }

    /// <summary>The earliest packet, if it belongs before that moment, or if the shelf is full. It goes back by <see cref="Return"/>.</summary>
    public bool TryTake(long before, out ShelvedPacket packet)
    {
        packet = default;
        int at = Earliest(out long foreseen);
        if (at < 0 || (!IsFull && foreseen >= before))
        {
            return false;
        }
        Waiting first = _waiting[at];
        _waiting.RemoveAt(at);
        packet = new ShelvedPacket(first.Run.Place(first.Sent), first.Codec, first.Payload, first.Length);
        return true;
    }

    public static void Return(in ShelvedPacket packet) => ArrayPool<byte>.Shared.Return(packet.Rented);

    public void Clear()
    {
        foreach (Waiting one in _waiting)
        {
            ArrayPool<byte>.Shared.Return(one.Payload);
        }
        _waiting.Clear();
    }

    // looked for when one is taken: each packet that comes may tell where those of its run, that wait, belong
    private int Earliest(out long foreseen)
    {
        (int at, foreseen) = (-1, long.MaxValue);
        for (int i = 0; i < _waiting.Count; i++)
        {
            long place = _waiting[i].Run.Foresee(_waiting[i].Sent);
            (at, foreseen) = place < foreseen ? (i, place) : (at, foreseen);
        }
        return at;
    }

    private StreamClock ClockOf(uint ssrc, int clockRate)
    {
        int at = _clocks.FindIndex(clock => clock.Ssrc == ssrc && clock.ClockRate == clockRate);
        StreamClock clock = at < 0 ? new StreamClock(ssrc, clockRate) : _clocks[at];
        if (at >= 0)
        {
            _clocks.RemoveAt(at);
        }
        else if (_clocks.Count == MostSources)
        {
            _clocks.RemoveAt(0);
        }
        _clocks.Add(clock);
        return clock;
    }

    private readonly record struct Waiting(TimestampRun Run, long Sent, RecordedCodec Codec, byte[] Payload, int Length);
}

/// <summary>A packet whose moment has come.</summary>
/// <param name="Place">Where it begins: ticks of 100 ns since the recording began.</param>
internal readonly record struct ShelvedPacket(long Place, RecordedCodec Codec, byte[] Rented, int Length)
{
    public ReadOnlySpan<byte> Payload => Rented.AsSpan(0, Length);
}
