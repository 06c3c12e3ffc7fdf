namespace EdgePbx.Core;

/// <summary>Where one header field lies in its message's buffer, and which field of the same name follows.</summary>
internal struct HeaderField
{
    internal const byte None = byte.MaxValue;

    internal int NameOffset;
    internal int ValueOffset;
    internal int ValueLength;
    internal ushort NameLength;
    internal HeaderName Name;
    internal byte Next;
}

/// <summary>A piece of a buffer.</summary>
internal readonly record struct Extent(int Offset, int Length)
{
    internal ReadOnlySpan<byte> In(byte[] bytes) => bytes.AsSpan(Offset, Length);

    /// <param name="part">Lies within <paramref name="bytes"/>, or is empty.</param>
    internal static Extent Of(byte[] bytes, ReadOnlySpan<byte> part) =>
        !part.IsEmpty && new ReadOnlySpan<byte>(bytes).Overlaps(part, out int offset) ? new Extent(offset, part.Length) : default;
}
