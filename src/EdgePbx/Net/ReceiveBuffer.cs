using System.Buffers;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>The bytes of a stream that are not a whole message yet. It grows up to one message and gives all back when empty.</summary>
internal sealed class ReceiveBuffer
{
    /// <summary>The longest message and room for the line ends before it.</summary>
    private const int Limit = SipLimits.MessageBytes + 4096;

    private const int FirstSize = 4096;
    private byte[] _bytes = [];
    private int _start;
    private int _end;

    public bool IsEmpty => _start == _end;

    public ReadOnlySpan<byte> Buffered => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Where the next bytes go. Empty only when the limit is reached, which the framer calls invalid before.</summary>
    public Span<byte> Room()
    {
        if (_end == _bytes.Length)
        {
            Grow();
        }
        return _bytes.AsSpan(_end);
    }

    public void Fill(int bytes) => _end += bytes;

    public void Consume(int bytes)
    {
        _start += bytes;
        if (IsEmpty)
        {
            Free();
        }
    }

    public void Free()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }
        _bytes = [];
        _start = _end = 0;
    }

    private void Grow()
    {
        int buffered = _end - _start;
        byte[] target = _start > 0 ? _bytes
            : _bytes.Length >= Limit ? _bytes
            : ArrayPool<byte>.Shared.Rent(Math.Max(FirstSize, Math.Min(2 * _bytes.Length, Limit)));
        Buffer.BlockCopy(_bytes, _start, target, 0, buffered);
        if (target != _bytes && _bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }
        (_bytes, _start, _end) = (target, 0, buffered);
    }
}
