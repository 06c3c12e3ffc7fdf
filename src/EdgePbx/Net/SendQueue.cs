using System.Buffers;

namespace EdgePbx;

/// <summary>What a TCP peer has not taken yet, up to a limit; it remembers whose tickets the bytes belong to.</summary>
internal sealed class SendQueue
{
    /// <summary>A peer that leaves more than this lying is given up, in bytes.</summary>
    public const int Limit = 256 * 1024;

    private readonly Queue<(uint Ticket, long End)> _tickets = new();
    private byte[] _bytes = [];
    private int _start;
    private int _end;
    private long _appended;
    private long _sent;

    public bool IsEmpty => _start == _end;

    public ReadOnlySpan<byte> Pending => _bytes.AsSpan(_start, _end - _start);

    /// <returns>False when the limit would be passed; nothing is appended then.</returns>
    public bool TryAppend(ReadOnlySpan<byte> bytes, uint ticket)
    {
        if (_end - _start + bytes.Length > Limit)
        {
            return false;
        }
        MakeRoom(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_end));
        _end += bytes.Length;
        _appended += bytes.Length;
        if (ticket != 0)
        {
            _tickets.Enqueue((ticket, _appended));
        }
        return true;
    }

    /// <summary>The peer's kernel has taken so many bytes.</summary>
    public void Advance(int bytes)
    {
        _start += bytes;
        _sent += bytes;
        while (_tickets.TryPeek(out (uint Ticket, long End) first) && first.End <= _sent)
        {
            _ = _tickets.Dequeue();
        }
        if (IsEmpty)
        {
            Free();
        }
    }

    /// <summary>One after the other, the tickets whose bytes did not all go out.</summary>
    public bool TryTakeUnsent(out uint ticket)
    {
        bool found = _tickets.TryDequeue(out (uint Ticket, long End) first);
        ticket = first.Ticket;
        return found;
    }

    /// <summary>Gives the memory back; the tickets stay.</summary>
    public void Free()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }
        _bytes = [];
        _start = _end = 0;
    }

    private void MakeRoom(int bytes)
    {
        if (_bytes.Length - _end >= bytes)
        {
            return;
        }
        int pending = _end - _start;
        byte[] target = _bytes;
        if (_bytes.Length - pending < bytes)
        {
            target = ArrayPool<byte>.Shared.Rent(Math.Max(4096, Math.Min(2 * (pending + bytes), Limit)));
        }
        Buffer.BlockCopy(_bytes, _start, target, 0, pending);
        if (target != _bytes && _bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }
        (_bytes, _start, _end) = (target, 0, pending);
    }
}
