using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>
/// Lends pairs of ports with their sockets bound, and knows which path has which. A pair is free again when both have
/// happened, in whichever order: the relay thread has closed its sockets, and the engine has returned it.
/// </summary>
internal sealed class MediaPorts(PortRange range, int capacity, Func<Instant> now, ILogger log, Action<RelayOrder> order, Entropy entropy) : IMediaPorts
{
    private readonly Lease[] _leases = new Lease[capacity];
    private bool _isStopped;

    public int PairsInUse => range.PairsInUse;

    /// <exception cref="InvalidOperationException">The path is open already: a bug of the caller.</exception>
    public bool TryOpen(RelayKey key, NetAddress local, out ushort rtpPort)
    {
        ref Lease lease = ref _leases[key.Slot];
        if (lease.Generation != 0)
        {
            throw new InvalidOperationException($"relay path {key} opened while {lease.Generation} is not closed and returned");
        }
        rtpPort = 0;
        if (_isStopped)
        {
            return false;
        }
        Instant at = now();
        while (range.TryTake(at, entropy, out ushort port))
        {
            int error = MediaSockets.TryOpen(local, port, out MediaSockets sockets);
            if (error == 0)
            {
                rtpPort = port;
                lease = new Lease { Generation = key.Generation, Port = port };
                order(new RelayOrder(RelayOrderKind.Add, key) { Sockets = sockets });
                return true;
            }
            range.Return(at, port); // it rests: each pair is tried once at most
            if (error != Native.EADDRINUSE)
            {
                log.RelaySocketFailed(local, error);
                return false;
            }
            log.RelayPortTaken(port, local);
        }
        log.RelayPortsExhausted(range.PairsInUse);
        return false;
    }

    /// <summary>One that is lent; or one that could be, since no other program of this machine has it.</summary>
    public bool MayBeOurs(NetEndpoint endpoint)
    {
        if (!range.Contains(endpoint.Port) || range.IsLent(endpoint.Port))
        {
            return range.IsLent(endpoint.Port);
        }
        int error = MediaSockets.TryOpen(endpoint.Address, (ushort)(endpoint.Port & ~1), out MediaSockets sockets);
        if (error == 0)
        {
            sockets.Close();
        }
        return error != Native.EADDRINUSE;
    }

    public void Return(RelayKey key) => Settle(key, returned: true, closed: false);

    /// <summary>The relay thread has closed the sockets.</summary>
    public void ConfirmClosed(RelayKey key) => Settle(key, returned: false, closed: true);

    /// <summary>Lends nothing any more.</summary>
    public void Stop() => _isStopped = true;

    private void Settle(RelayKey key, bool returned, bool closed)
    {
        if (key.IsNone || key.Slot >= _leases.Length || _leases[key.Slot].Generation != key.Generation)
        {
            return; // of a path that is gone
        }
        ref Lease lease = ref _leases[key.Slot];
        lease.IsReturned |= returned;
        lease.IsClosed |= closed;
        if (lease.IsReturned && lease.IsClosed)
        {
            range.Return(now(), lease.Port);
            lease = default;
        }
    }

    private struct Lease
    {
        public uint Generation; // 0: none
        public ushort Port;
        public bool IsReturned;
        public bool IsClosed;
    }
}
