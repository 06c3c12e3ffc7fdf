using System.Text;

namespace EdgePbx.Core;

/// <summary>An extension with H(A1) for each algorithm, calculated once.</summary>
internal sealed class DigestAccount
{
    private readonly byte[] _secret;
    private readonly byte[] _md5 = new byte[2 * DigestAlgorithms.HashLength(DigestAlgorithm.Md5)];
    private readonly byte[] _sha256 = new byte[2 * DigestAlgorithms.HashLength(DigestAlgorithm.Sha256)];

    internal DigestAccount(ExtensionSettings settings, ReadOnlySpan<byte> realm)
    {
        Settings = settings;
        _secret = Encoding.UTF8.GetBytes(settings.Secret);
        byte[] number = Encoding.UTF8.GetBytes(settings.Number);
        IsUsable = DigestResponse.TryHashA1(DigestAlgorithm.Md5, number, realm, _secret, _md5)
            && DigestResponse.TryHashA1(DigestAlgorithm.Sha256, number, realm, _secret, _sha256);
    }

    internal ExtensionSettings Settings { get; }

    /// <summary>False if its texts are too long to be hashed.</summary>
    internal bool IsUsable { get; }

    /// <summary>H(A1) for a client that calls itself as the configuration does.</summary>
    internal ReadOnlySpan<byte> A1(DigestAlgorithm algorithm) => algorithm == DigestAlgorithm.Sha256 ? _sha256 : _md5;

    /// <summary>H(A1) for a client that calls itself otherwise, as in <c>user@realm</c>: its name is part of the hash.</summary>
    internal bool TryHashA1(DigestAlgorithm algorithm, ReadOnlySpan<byte> username, ReadOnlySpan<byte> realm, Span<byte> hex) =>
        DigestResponse.TryHashA1(algorithm, username, realm, _secret, hex);
}
