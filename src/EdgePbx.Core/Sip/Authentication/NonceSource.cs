using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EdgePbx.Core;

/// <summary>What a nonce that somebody shows us is.</summary>
internal enum NonceState : byte { NotOurs, Expired, Live }

/// <summary>Which of our nonces it is.</summary>
internal readonly record struct NonceId(Instant Issued, ulong Number);

/// <summary>
/// Makes nonces that carry their own proof, so that challenging a stranger costs no memory. Each is good for the address that it
/// was made for: whoever shows it has read what we sent there (RFC 7616 5.5 wants the client's address in it).
/// </summary>
internal sealed class NonceSource
{
    /// <summary>What is handed out: time and number, then a keyed hash of them and of the address, as hexadecimal digits.</summary>
    internal const int TokenLength = 2 * RawLength;

    internal static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(300);

    private const int SignedLength = 16;
    private const int RawLength = SignedLength + 16;
    private const int LongestAddress = 16;

    private readonly Entropy _entropy;
    private readonly byte[] _key = new byte[32];

    internal NonceSource(Entropy entropy)
    {
        _entropy = entropy;
        entropy.Fill(_key);
    }

    /// <param name="now">This moment.</param>
    /// <param name="client">Whom it is sent to; the port may change, as it does behind a NAT.</param>
    /// <param name="token">Takes <see cref="TokenLength"/> characters.</param>
    internal void Mint(Instant now, NetAddress client, Span<byte> token)
    {
        Span<byte> raw = stackalloc byte[RawLength];
        BinaryPrimitives.WriteInt64BigEndian(raw, now.Ticks);
        _entropy.Fill(raw[sizeof(long)..SignedLength]);
        Sign(raw, client);
        _ = Convert.TryToHexStringLower(raw, token, out _);
    }

    /// <param name="now">This moment.</param>
    /// <param name="client">Who shows it; of another address's it is not ours.</param>
    /// <param name="token">What he shows.</param>
    /// <param name="id">Which one it is.</param>
    internal NonceState Check(Instant now, NetAddress client, ReadOnlySpan<byte> token, out NonceId id)
    {
        id = default;
        Span<byte> raw = stackalloc byte[RawLength];
        Span<byte> signed = stackalloc byte[RawLength];
        if (token.Length != TokenLength
            || Convert.FromHexString(token, raw, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return NonceState.NotOurs;
        }
        raw[..SignedLength].CopyTo(signed);
        Sign(signed, client);
        if (!CryptographicOperations.FixedTimeEquals(raw, signed))
        {
            return NonceState.NotOurs;
        }
        id = new NonceId(
            new Instant(BinaryPrimitives.ReadInt64BigEndian(raw)),
            BinaryPrimitives.ReadUInt64BigEndian(raw[sizeof(long)..]));
        return now - id.Issued > Lifetime ? NonceState.Expired : NonceState.Live;
    }

    private void Sign(Span<byte> raw, NetAddress client)
    {
        Span<byte> text = stackalloc byte[SignedLength + LongestAddress];
        raw[..SignedLength].CopyTo(text);
        int length = SignedLength + client.WriteBytes(text[SignedLength..]);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        _ = HMACSHA256.HashData(_key, text[..length], hash);
        hash[..(RawLength - SignedLength)].CopyTo(raw[SignedLength..]);
    }
}
