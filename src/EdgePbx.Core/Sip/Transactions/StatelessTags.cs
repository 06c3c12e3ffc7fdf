namespace EdgePbx.Core;

/// <summary>To tags of answers that nothing remembers: the same for each copy of a request (RFC 3261 8.2.7), and not to be guessed.</summary>
internal sealed class StatelessTags
{
    private readonly byte[] _key = new byte[SipHash.KeyLength];
    private readonly byte[] _tag = new byte[16];

    public StatelessTags(Entropy entropy) => entropy.Fill(_key);

    /// <summary>For other numbers that stand for names: one is as hard to guess as the other.</summary>
    public byte[] Key => _key;

    /// <summary>Good until the next one is asked for.</summary>
    public ReadOnlySpan<byte> For(SipMessage request)
    {
        _ = NameOf(request).TryFormat(_tag, out _, "x16", System.Globalization.CultureInfo.InvariantCulture);
        return _tag;
    }

    /// <summary>A number for the request and its copies, and for no other request that anybody could think of.</summary>
    public ulong NameOf(SipMessage request)
    {
        Span<byte> buffer = stackalloc byte[KeyBuilder.Capacity];
        var names = new KeyBuilder(buffer);
        names.Add(request.TryGetTopVia(out Via via) ? via.Branch : default);
        names.Add(request.CallId);
        names.Add(request.FromTag);
        names.Add(request.First(HeaderName.CSeq)); // clients of RFC 2543 make no new branch
        return SipHash.Of(_key, names.Key);
    }
}
