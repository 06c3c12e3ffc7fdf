using System.Buffers.Binary;

namespace EdgePbx;

/// <summary>
/// The image on its card: partition table, two copies of the slot state before the first partition, the boot partition,
/// slots A and B, the data partition (board/README.md draws it).
/// </summary>
internal sealed class Card
{
    private const int Sector = 512;
    private const int FirstEntry = 446;
    private const int EntrySize = 16;
    private const byte SlotType = 0xDA; // "Non-FS data"

    /// <summary>Where the copies of the state are, in different erase blocks: what ruins one leaves the other.</summary>
    private static readonly long[] Copies = [4 << 20, 8 << 20];

    private readonly IBlockDevice _device;
    private readonly (long Start, long Length)[] _slots;

    /// <exception cref="UpdateException">It has no slots.</exception>
    public Card(IBlockDevice device)
    {
        _device = device;
        byte[] table = new byte[Sector];
        device.Read(0, table);
        _slots = [SlotAt(table, 1), SlotAt(table, 2)];
    }

    public long RoomIn(Slot slot) => _slots[(int)slot].Length;

    /// <summary>The state that counts.</summary>
    public SlotState ReadState() => Newest(out _);

    /// <summary>Puts a state in place of the one that counts. Whenever the power fails, one of the two counts.</summary>
    /// <exception cref="UpdateException">The card does not keep it.</exception>
    public void WriteState(SlotState state)
    {
        SlotState old = Newest(out int copy);
        byte[] block = (state with { Sequence = old.Sequence + 1 }).ToBlock();
        long place = Copies[1 - copy];
        _device.Write(place, block);
        _device.Sync();
        byte[] kept = new byte[block.Length];
        _device.Read(place, kept);
        if (!kept.AsSpan().SequenceEqual(block))
        {
            throw new UpdateException("the card did not keep what was written: it is worn out or write-protected");
        }
    }

    /// <summary>Null: the slot is empty.</summary>
    public SlotHead? ReadHead(Slot slot)
    {
        byte[] block = new byte[VariableBlock.Size];
        _device.Read(_slots[(int)slot].Start, block);
        return SlotHead.Parse(block);
    }

    public void Read(Slot slot, long offset, Span<byte> buffer) => _device.Read(_slots[(int)slot].Start + offset, buffer);

    public void Write(Slot slot, long offset, ReadOnlySpan<byte> bytes) => _device.Write(_slots[(int)slot].Start + offset, bytes);

    public void Sync() => _device.Sync();

    // the copy that does not count is the next one to be written; with none good, the first
    private SlotState Newest(out int copy)
    {
        (SlotState newest, copy) = (SlotState.Unknown, 1);
        byte[] block = new byte[VariableBlock.Size];
        for (int i = 0; i < Copies.Length; i++)
        {
            _device.Read(Copies[i], block);
            if (SlotState.Parse(block) is { } state && state.Sequence > newest.Sequence)
            {
                (newest, copy) = (state, i);
            }
        }
        return newest;
    }

    private static (long Start, long Length) SlotAt(ReadOnlySpan<byte> table, int entry)
    {
        ReadOnlySpan<byte> one = table.Slice(FirstEntry + (entry * EntrySize), EntrySize);
        if (table[^2] != 0x55 || table[^1] != 0xAA || one[4] != SlotType)
        {
            throw new UpdateException("this card has no slots; only the image of EdgePbx can be updated this way");
        }
        return ((long)BinaryPrimitives.ReadUInt32LittleEndian(one[8..]) * Sector, (long)BinaryPrimitives.ReadUInt32LittleEndian(one[12..]) * Sector);
    }
}
