namespace EdgePbx.Core;

/// <summary>
/// How often each nonce was used: the server's copy of nc (RFC 7616 3.4). Only right credentials get in here, so
/// strangers push nobody out. Fixed in size: a nonce belongs to one set of 16 places, and when they are full the
/// oldest makes room. Whatever is as old as one that was pushed out counts as used up, so none is taken twice.
/// </summary>
internal sealed class NonceTable
{
    internal const int Places = Sets * Ways;

    private const int Sets = 256;
    private const int Ways = 16;

    private readonly Use[] _uses = new Use[Places];
    private readonly Instant[] _horizons = new Instant[Sets];

    internal NonceTable() => Array.Fill(_horizons, new Instant(long.MinValue));

    /// <summary>Takes a use that is later than all before it. False: seen already, or too old to know.</summary>
    internal bool TryUse(in NonceId nonce, uint count)
    {
        int set = (int)(nonce.Number % Sets);
        Span<Use> ways = _uses.AsSpan(set * Ways, Ways);
        int oldest = 0;
        for (int i = 0; i < Ways; i++)
        {
            if (ways[i].Count > 0 && ways[i].Nonce == nonce)
            {
                bool isLater = count > ways[i].Count;
                ways[i].Count = Math.Max(count, ways[i].Count);
                return isLater;
            }
            if (IsBetterVictim(ways[i], ways[oldest]))
            {
                oldest = i;
            }
        }
        if (count == 0 || nonce.Issued <= _horizons[set])
        {
            return false;
        }
        if (ways[oldest].Count > 0)
        {
            _horizons[set] = ways[oldest].Nonce.Issued;
        }
        ways[oldest] = new Use { Nonce = nonce, Count = count };
        return true;
    }

    private static bool IsBetterVictim(in Use use, in Use than) =>
        than.Count > 0 && (use.Count == 0 || use.Nonce.Issued < than.Nonce.Issued);

    private struct Use
    {
        internal NonceId Nonce;

        /// <summary>0 = the place is free.</summary>
        internal uint Count;
    }
}
