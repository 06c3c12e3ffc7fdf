namespace EdgePbx.Core;

/// <summary>Peers that lately had no TCP, so that a long request does not try them again each time. Bounded; forgets after ten minutes.</summary>
internal sealed class TcpRefusals
{
    private const int Capacity = 256;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);
    private readonly Dictionary<NetEndpoint, Instant> _until = [];

    public bool Contains(Instant now, NetEndpoint peer)
    {
        if (!_until.TryGetValue(peer, out Instant until))
        {
            return false;
        }
        if (until > now)
        {
            return true;
        }
        _ = _until.Remove(peer);
        return false;
    }

    public void Add(Instant now, NetEndpoint peer)
    {
        if (_until.Count >= Capacity)
        {
            _until.Clear(); // at worst each peer is tried once more
        }
        _until[peer] = now + Life;
    }
}
