namespace EdgePbx.Core;

/// <summary>
/// Bytes of messages side by side, without a gap and without an object for each. They come and go in about the same order, so
/// that a shelf is empty again, and used again, soon after its last message.
/// </summary>
internal sealed class MessageShelves
{
    private const int Spare = 8;
    private readonly Stack<MessageShelf> _empty = new();
    private MessageShelf? _current;

    /// <summary>Of all messages on all shelves.</summary>
    public long Bytes { get; private set; }

    public ShelvedMessage Put(ReadOnlySpan<byte> message)
    {
        if (message.IsEmpty)
        {
            return default;
        }
        if (_current is null || !_current.HasRoomFor(message.Length))
        {
            _current = _empty.TryPop(out MessageShelf? shelf) ? shelf : new MessageShelf();
        }
        Bytes += message.Length;
        return _current.Put(message);
    }

    public void Take(in ShelvedMessage message)
    {
        if (message.Shelf is not { } shelf)
        {
            return;
        }
        Bytes -= message.Length;
        if (shelf.Release() && shelf != _current && _empty.Count < Spare)
        {
            _empty.Push(shelf);
        }
    }

    /// <summary>Nothing is on them: their memory is given back.</summary>
    public void Clear()
    {
        _empty.Clear();
        _current = null;
    }
}

/// <summary>Room for some hundred messages.</summary>
internal sealed class MessageShelf
{
    private const int Size = 2 * SipLimits.MessageBytes; // large enough not to be moved by a collection
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(Size);
    private int _used;
    private int _held;

    public bool HasRoomFor(int bytes) => Size - _used >= bytes;

    public ReadOnlySpan<byte> this[int offset, int length] => _bytes.AsSpan(offset, length);

    public ShelvedMessage Put(ReadOnlySpan<byte> message)
    {
        var shelved = new ShelvedMessage(this, _used, message.Length);
        message.CopyTo(_bytes.AsSpan(_used));
        _used += message.Length;
        _held++;
        return shelved;
    }

    /// <summary>True when that was the last one, and the shelf can be filled anew.</summary>
    public bool Release()
    {
        _used = --_held == 0 ? 0 : _used;
        return _held == 0;
    }
}

/// <summary>Where a message is; <c>default</c>: nowhere, it is empty.</summary>
internal readonly record struct ShelvedMessage(MessageShelf? Shelf, int Offset, int Length)
{
    public ReadOnlySpan<byte> Span => Shelf is null ? default : Shelf[Offset, Length];
}
