using System.Text;

namespace EdgePbx.Core;

/// <summary>An extension with H(A1) for each algorithm, calculated once.</summary>
internal sealed class DigestAccount
{
    private readonly byte[] _number;
    private readonly byte[] _realm;
    private readonly byte[] _secret;
    private readonly byte[] _md5 = new byte[2 * DigestAlgorithms.HashLength(DigestAlgorithm.Md5)];
    private readonly byte[] _sha256 = new byte[2 * DigestAlgorithms.HashLength(DigestAlgorithm.Sha256)];

    internal DigestAccount(ExtensionSettings settings, byte[] realm)
    {
        Settings = settings;
        _number = Encoding.UTF8.GetBytes(settings.Number);
        _realm = realm;
        _secret = Encoding.UTF8.GetBytes(settings.Secret);
        IsUsable = _number.Length + _realm.Length + _secret.Length + 2 <= DigestInput.Longest;
    }

    internal ExtensionSettings Settings { get; }

    /// <summary>False if its texts are too long to be hashed.</summary>
    internal bool IsUsable { get; }

    /// <summary>Calculates H(A1), which <see cref="A1"/> gives from then on.</summary>
    internal void Hash()
    {
        _ = DigestResponse.TryHashA1(DigestAlgorithm.Md5, _number, _realm, _secret, _md5);
        _ = DigestResponse.TryHashA1(DigestAlgorithm.Sha256, _number, _realm, _secret, _sha256);
    }

    /// <summary>H(A1) for a client that calls itself as the configuration does.</summary>
    internal ReadOnlySpan<byte> A1(DigestAlgorithm algorithm) => algorithm == DigestAlgorithm.Sha256 ? _sha256 : _md5;

    /// <summary>H(A1) for a client that calls itself otherwise, as in <c>user@realm</c>: its name is part of the hash.</summary>
    internal bool TryHashA1(DigestAlgorithm algorithm, ReadOnlySpan<byte> username, ReadOnlySpan<byte> realm, Span<byte> hex) =>
        DigestResponse.TryHashA1(algorithm, username, realm, _secret, hex);
}
