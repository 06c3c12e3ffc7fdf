namespace EdgePbx.Core;

/// <summary>One SIP message's bytes, rented from a <see cref="SipBufferPool"/>. Whoever holds it passes it on or returns it: never both, never twice.</summary>
public sealed class SipBuffer
{
    private readonly SipBufferPool _pool;
    private bool _isRented;

    internal SipBuffer(SipBufferPool pool, int sizeClass, int size) => (_pool, SizeClass, Bytes) = (pool, sizeClass, new byte[size]);

    internal int SizeClass { get; }

    /// <summary>The call's that keeps it; null: nobody keeps it, or no call does.</summary>
    internal CallLedger? Ledger { get; private set; }

    public byte[] Bytes { get; }
    public int Length { get; set; }
    public ReadOnlySpan<byte> Span => Bytes.AsSpan(0, Length);

    internal SipBuffer MarkRented()
    {
        _isRented = true;
        return this;
    }

    /// <summary>It is kept for a call from here until it is returned.</summary>
    internal SipBuffer ChargeTo(CallLedger? ledger)
    {
        if (ledger is not null && Ledger is null)
        {
            Ledger = ledger;
            ledger.Open(ReceiptKind.Buffer);
        }
        return this;
    }

    public void Return()
    {
        if (!_isRented)
        {
            throw new InvalidOperationException("SIP buffer returned twice");
        }
        _isRented = false;
        Ledger?.Close(ReceiptKind.Buffer);
        Ledger = null;
        Length = 0;
        _pool.Put(this);
    }
}

/// <summary>
/// Buffers in a few sizes for the signalling thread. Each that is out is counted; those that come back are kept up to a
/// limit. The small sizes are those of a response, a request and a request with a description: what is remembered for half a minute is not padded.
/// </summary>
public sealed class SipBufferPool
{
    private static readonly int[] Sizes = [512, 1024, 2048, 8192, SipLimits.MessageBytes];
    private static readonly int[] Kept = [256, 256, 128, 16, 2];
    private readonly Stack<SipBuffer>[] _free = [new(), new(), new(), new(), new()];
    private int _writtenOff;

    /// <summary>How many are rented now (gauge <c>packet_buffers_rented</c>).</summary>
    public int Outstanding { get; private set; }

    /// <summary>How many bytes those hold.</summary>
    public long OutstandingBytes { get; private set; }

    /// <param name="bytes">The least size wanted, at most <see cref="SipLimits.MessageBytes"/>.</param>
    public SipBuffer Rent(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, SipLimits.MessageBytes);
        int sizeClass = 0;
        while (bytes > Sizes[sizeClass])
        {
            sizeClass++;
        }
        Outstanding++;
        OutstandingBytes += Sizes[sizeClass];
        return (_free[sizeClass].TryPop(out SipBuffer? buffer) ? buffer : new SipBuffer(this, sizeClass, Sizes[sizeClass])).MarkRented();
    }

    public SipBuffer RentCopy(ReadOnlySpan<byte> bytes)
    {
        SipBuffer buffer = Rent(bytes.Length);
        bytes.CopyTo(buffer.Bytes);
        buffer.Length = bytes.Length;
        return buffer;
    }

    /// <summary>These are lost: whoever had them let them go without returning them. One that turns up all the same changes no number.</summary>
    internal void WriteOff(int count)
    {
        OutstandingBytes -= Outstanding == 0 ? 0 : OutstandingBytes * count / Outstanding; // nobody knows which they were
        Outstanding -= count;
        _writtenOff += count;
    }

    internal void Put(SipBuffer buffer)
    {
        if (Outstanding == 0 && _writtenOff > 0)
        {
            _writtenOff--;
        }
        else
        {
            Outstanding--;
            OutstandingBytes -= Sizes[buffer.SizeClass];
        }
        if (_free[buffer.SizeClass].Count < Kept[buffer.SizeClass])
        {
            _free[buffer.SizeClass].Push(buffer);
        }
    }
}
