using EdgePbx.Core;

namespace EdgePbx;

/// <summary>One socket of a path, with its latch. What arrives by it is answered by it (symmetric RTP, RFC 4961).</summary>
internal sealed class RelayStream
{
    private readonly byte[] _name = GC.AllocateArray<byte>(SockAddr.MaxBytes, pinned: true);
    private NetEndpoint _named;

    public SourceLatch Latch { get; } = new();
    public int Descriptor { get; private set; }

    public void Open(int descriptor)
    {
        Descriptor = descriptor;
        Latch.Reset();
    }

    /// <summary>Sends the batch to where the latch says. Returns how many datagrams left.</summary>
    public unsafe int Send(PacketBatch batch)
    {
        NetEndpoint target = Latch.Target;
        if (target.IsNone)
        {
            return 0;
        }
        if (target != _named)
        {
            _ = SockAddr.Write(target, _name);
            _named = target;
        }
        fixed (byte* name = _name)
        {
            return batch.Send(Descriptor, name, SockAddr.LengthOf(target));
        }
    }
}
