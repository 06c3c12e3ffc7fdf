namespace EdgePbx;

/// <summary>What an update is written to. An error is an <see cref="IOException"/>.</summary>
internal interface IBlockDevice
{
    /// <summary>Fills the buffer, from the medium where <see cref="Sync"/> came before.</summary>
    void Read(long offset, Span<byte> buffer);

    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Back when everything written is on the medium.</summary>
    void Sync();
}
