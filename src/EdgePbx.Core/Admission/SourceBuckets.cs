namespace EdgePbx.Core;

/// <summary>
/// A token bucket for each network that strangers come from. Fixed in size and nothing is remembered of an address: a network
/// has the bucket that a keyed hash gives it, so nobody can push another out or choose whose bucket he empties.
/// </summary>
/// <param name="key">Of <see cref="SipHash"/>.</param>
/// <param name="v4Bits">How much of an IPv4 address counts; of an IPv6 address 64 bits do.</param>
/// <param name="rate">Of each.</param>
internal sealed class SourceBuckets(byte[] key, int v4Bits, TokenRate rate)
{
    private const int Buckets = 4096;
    private readonly Instant[] _fullAt = new Instant[Buckets];

    public bool Has(Instant now, NetAddress source) => rate.Has(_fullAt[BucketOf(source)], now);

    public bool TryTake(Instant now, NetAddress source) => rate.TryTake(ref _fullAt[BucketOf(source)], now);

    private int BucketOf(NetAddress source)
    {
        Span<byte> bytes = stackalloc byte[NetAddress.MostBytes];
        int length = source.Prefix(v4Bits).WriteBytes(bytes);
        return (int)(SipHash.Of(key, bytes[..length]) % Buckets);
    }
}
