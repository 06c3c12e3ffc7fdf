namespace EdgePbx.Tests;

/// <summary>
/// A card in memory whose power fails at a given write or sync. What was not synced by then is kept in part: some writes whole, some
/// not at all, some up to a byte with the rest of its sector erased, and in no order.
/// </summary>
internal sealed class FaultyCard(byte[] content) : IBlockDevice
{
    private const int Sector = 512;

    private readonly List<(long Offset, byte[] Bytes)> _unsynced = [];
    private int _steps;

    /// <summary>What is on the medium.</summary>
    public byte[] Medium { get; } = content;

    /// <summary>The write or sync, counted from 0, during which the power fails.</summary>
    public int CutAt { get; init; } = int.MaxValue;

    public int Steps => _steps;

    /// <summary>A worn cell: this byte never becomes what was written.</summary>
    public long? WornAt { get; init; }

    public void Read(long offset, Span<byte> buffer)
    {
        Medium.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
        foreach ((long at, byte[] bytes) in _unsynced)
        {
            long start = Math.Max(at, offset);
            long length = Math.Min(at + bytes.Length, offset + buffer.Length) - start;
            if (length > 0)
            {
                bytes.AsSpan((int)(start - at), (int)length).CopyTo(buffer[(int)(start - offset)..]);
            }
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        byte[] kept = bytes.ToArray();
        if (WornAt is { } worn && worn >= offset && worn < offset + bytes.Length)
        {
            kept[worn - offset] ^= 0x40;
        }
        _unsynced.Add((offset, kept));
        Step();
    }

    public void Sync()
    {
        Step();
        foreach ((long offset, byte[] bytes) in _unsynced)
        {
            bytes.CopyTo(Medium.AsSpan((int)offset));
        }
        _unsynced.Clear();
    }

    /// <summary>The card as the next start finds it.</summary>
    public byte[] AfterCut(Random chance)
    {
        foreach ((long offset, byte[] bytes) in _unsynced.OrderBy(_ => chance.Next()))
        {
            int kept = chance.Next(3) switch
            {
                0 => 0,
                1 => bytes.Length,
                _ => chance.Next(bytes.Length),
            };
            Span<byte> place = Medium.AsSpan((int)offset, bytes.Length);
            bytes.AsSpan(0, kept).CopyTo(place);
            place[kept..Math.Min((kept + Sector - 1) / Sector * Sector, bytes.Length)].Fill(0xFF); // the sector that was being written
        }
        return Medium;
    }

    private void Step()
    {
        if (_steps++ == CutAt)
        {
            throw new PowerCutException();
        }
    }
}
