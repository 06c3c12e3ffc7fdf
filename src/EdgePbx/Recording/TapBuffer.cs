using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>
/// Packets of any recordings, one behind the other, on their way from the relay thread to the recorder thread. It has one holder at
/// a time, and comes back.
/// </summary>
internal sealed unsafe class TapBuffer(byte* bytes, int capacity)
{
    public int Length { get; private set; }

    public bool HasRoomFor(int payload) => Length + sizeof(TappedHeader) + payload <= capacity;

    public void Add(in TappedHeader header, ReadOnlySpan<byte> payload)
    {
        Unsafe.WriteUnaligned(bytes + Length, header);
        payload.CopyTo(new Span<byte>(bytes + Length + sizeof(TappedHeader), payload.Length));
        Length += sizeof(TappedHeader) + payload.Length;
    }

    /// <summary>The packet at that place; moves the place to the next. False: there is none.</summary>
    public bool TryRead(ref int place, out TappedHeader header, out ReadOnlySpan<byte> payload)
    {
        header = default;
        payload = default;
        if (place >= Length)
        {
            return false;
        }
        header = Unsafe.ReadUnaligned<TappedHeader>(bytes + place);
        payload = new ReadOnlySpan<byte>(bytes + place + sizeof(TappedHeader), header.PayloadLength);
        place += sizeof(TappedHeader) + header.PayloadLength;
        return true;
    }

    public void Clear() => Length = 0;
}

/// <summary>What goes before each payload in a <see cref="TapBuffer"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TappedHeader
{
    public Instant Arrival;
    public RecordingKey Recording;
    public uint Ssrc;
    public uint Timestamp;
    public ushort PayloadLength;
    public RecordedCodec Codec;
    public RecordedSide Side;
    public bool IsEnd;

    /// <summary>No packet, but the end of a recording.</summary>
    public static TappedHeader End(Instant at, RecordingKey recording, int missed) =>
        new() { Arrival = at, Recording = recording, Timestamp = (uint)missed, IsEnd = true };

    /// <summary>Of an end: packets that found no buffer.</summary>
    public readonly int Missed => (int)Timestamp;
}
