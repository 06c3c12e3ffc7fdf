using System.Security.Cryptography;
using System.Text;

namespace EdgePbx.Core;

/// <summary>The hash functions that we take digests of (RFC 7616 3.3, RFC 8760 2.1).</summary>
internal enum DigestAlgorithm : byte { Md5, Sha256 }

/// <summary>Names, sizes and functions of <see cref="DigestAlgorithm"/>.</summary>
internal static class DigestAlgorithms
{
    internal const int LargestHash = 32;
    internal const int LargestHex = 2 * LargestHash;

    /// <summary>The value of the algorithm parameter; empty is MD5. The -sess variants are not ours.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> name, out DigestAlgorithm algorithm)
    {
        algorithm = Ascii.EqualsIgnoreCase(name, "SHA-256"u8) ? DigestAlgorithm.Sha256 : DigestAlgorithm.Md5;
        return algorithm == DigestAlgorithm.Sha256 || name.IsEmpty || Ascii.EqualsIgnoreCase(name, "MD5"u8);
    }

    /// <summary>In bytes; twice as many hexadecimal digits go over the wire (RFC 8760 2.2).</summary>
    internal static int HashLength(DigestAlgorithm algorithm) =>
        algorithm == DigestAlgorithm.Sha256 ? SHA256.HashSizeInBytes : MD5.HashSizeInBytes;

    internal static void Hash(DigestAlgorithm algorithm, ReadOnlySpan<byte> source, Span<byte> hash) => _ =
        algorithm == DigestAlgorithm.Sha256 ? SHA256.HashData(source, hash) : MD5.HashData(source, hash);
}
