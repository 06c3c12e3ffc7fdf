namespace EdgePbx.Core;

/// <summary>To tags of answers that nothing remembers: the same for each copy of a request (RFC 3261 8.2.7), and not to be guessed.</summary>
internal sealed class StatelessTags
{
    private readonly byte[] _key = new byte[SipHash.KeyLength];

    public StatelessTags(Entropy entropy) => entropy.Fill(_key);

    public byte[] For(SipMessage request)
    {
        Span<byte> buffer = stackalloc byte[KeyBuilder.Capacity];
        var names = new KeyBuilder(buffer);
        names.Add(request.TryGetTopVia(out Via via) ? via.Branch : default);
        names.Add(request.CallId);
        names.Add(request.FromTag);
        return System.Text.Encoding.ASCII.GetBytes($"{SipHash.Of(_key, names.Key):x16}");
    }
}
