namespace EdgePbx;

/// <summary>The ports that the relay's own sockets have now, one bit for each. The relay thread's.</summary>
/// <remarks>
/// A packet from one of them was sent by ourselves. Passed on, it could come round again, and again: two calls whose phones name
/// each other's port of this box would keep the relay busy for as long as they are up.
/// </remarks>
internal sealed class OwnPorts
{
    private readonly ulong[] _bits = new ulong[(ushort.MaxValue + 1) / 64];

    /// <param name="rtpPort">Even; the next one goes with it.</param>
    public void Add(ushort rtpPort) => _bits[rtpPort >> 6] |= 3ul << (rtpPort & 63);

    /// <inheritdoc cref="Add"/>
    public void Remove(ushort rtpPort) => _bits[rtpPort >> 6] &= ~(3ul << (rtpPort & 63));

    public bool Contains(ushort port) => (_bits[port >> 6] >> (port & 63) & 1) != 0;
}
