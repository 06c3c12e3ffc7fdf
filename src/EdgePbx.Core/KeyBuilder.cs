namespace EdgePbx.Core;

/// <summary>Puts several names together into one dictionary key on the stack. A name that does not fit makes the key unusable, never wrong.</summary>
internal ref struct KeyBuilder(Span<byte> buffer)
{
    /// <summary>More than any header line may hold, so only a hostile message fills it.</summary>
    internal const int Capacity = 1024;

    private readonly Span<byte> _buffer = buffer;
    private int _used;

    public bool HasOverflowed { get; private set; }

    public readonly ReadOnlySpan<byte> Key => _buffer[.._used];

    public void Add(scoped ReadOnlySpan<byte> part)
    {
        if (_used + part.Length + 1 > _buffer.Length)
        {
            HasOverflowed = true;
            return;
        }
        part.CopyTo(_buffer[_used..]);
        _used += part.Length;
        _buffer[_used++] = 0; // no name contains it
    }

    /// <summary>For host names, which compare without case (RFC 3261 7.3.1).</summary>
    public void AddLowered(scoped ReadOnlySpan<byte> part)
    {
        int start = _used;
        Add(part);
        for (int i = start; i < _used; i++)
        {
            if (_buffer[i] is >= (byte)'A' and <= (byte)'Z')
            {
                _buffer[i] |= 0x20;
            }
        }
    }

    public void Add(uint number)
    {
        Span<byte> digits = stackalloc byte[10];
        _ = number.TryFormat(digits, out int length);
        Add(digits[..length]);
    }
}
