namespace EdgePbx.Core;

/// <summary>Texts joined by colons, then hashed: every input of a digest has this shape (RFC 7616 3.4).</summary>
internal ref struct DigestInput(Span<byte> buffer)
{
    /// <summary>Enough for real names and URIs; a stranger can't make us hash more, in bytes.</summary>
    internal const int Longest = 2048;

    private readonly Span<byte> _buffer = buffer;
    private int _length;
    private bool _overflow;

    internal void Append(scoped ReadOnlySpan<byte> text)
    {
        int colon = _length > 0 ? 1 : 0;
        if (_overflow || _length + colon + text.Length > _buffer.Length)
        {
            _overflow = true;
            return;
        }
        if (colon > 0)
        {
            _buffer[_length++] = (byte)':';
        }
        text.CopyTo(_buffer[_length..]);
        _length += text.Length;
    }

    /// <summary>False if the texts did not fit.</summary>
    internal readonly bool TryHash(DigestAlgorithm algorithm, scoped Span<byte> hash)
    {
        if (!_overflow)
        {
            DigestAlgorithms.Hash(algorithm, _buffer[.._length], hash);
        }
        return !_overflow;
    }

    /// <summary>As lower-case hexadecimal digits, the form in which a hash goes into the next one.</summary>
    internal readonly bool TryHashToHex(DigestAlgorithm algorithm, scoped Span<byte> hex)
    {
        Span<byte> hash = stackalloc byte[DigestAlgorithms.LargestHash];
        hash = hash[..DigestAlgorithms.HashLength(algorithm)];
        return TryHash(algorithm, hash) && Convert.TryToHexStringLower(hash, hex, out _);
    }
}
