using System.Security.Cryptography;

namespace EdgePbx.Core;

/// <summary>To tags of answers that nothing remembers: the same for each copy of a request (RFC 3261 8.2.7), and not to be guessed.</summary>
internal sealed class StatelessTags
{
    private readonly byte[] _key = new byte[16];

    public StatelessTags(Entropy entropy) => entropy.Fill(_key);

    public byte[] For(SipMessage request)
    {
        Span<byte> buffer = stackalloc byte[KeyBuilder.Capacity];
        var names = new KeyBuilder(buffer);
        names.Add(request.TryGetTopVia(out Via via) ? via.Branch : default);
        names.Add(request.CallId);
        names.Add(request.FromTag);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        _ = HMACSHA256.HashData(_key, names.Key, hash);
        return System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash[..8]));
    }
}
