namespace EdgePbx.Core;

/// <summary>Where random bytes come from: the kernel in production, a seed in scenarios.</summary>
public abstract class Entropy
{
    public abstract void Fill(Span<byte> bytes);

    /// <summary>Uniform enough for back-off times: 0 up to, not including, <paramref name="limit"/>.</summary>
    public uint Below(uint limit)
    {
        Span<byte> four = stackalloc byte[4];
        Fill(four);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(four) % limit;
    }

    /// <summary>Lower-case hexadecimal digits, two for each random byte.</summary>
    public string Hex(int bytes)
    {
        Span<byte> raw = stackalloc byte[bytes];
        Fill(raw);
        return Convert.ToHexStringLower(raw);
    }

    /// <summary>As <see cref="Hex"/>, in ASCII.</summary>
    /// <param name="before">What stands before them.</param>
    public byte[] HexBytes(int bytes, ReadOnlySpan<byte> before = default)
    {
        Span<byte> raw = stackalloc byte[bytes];
        Fill(raw);
        byte[] digits = new byte[before.Length + (2 * bytes)];
        before.CopyTo(digits);
        _ = Convert.TryToHexStringLower(raw, digits.AsSpan(before.Length), out _);
        return digits;
    }
}
