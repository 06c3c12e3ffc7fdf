using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EdgePbx;

/// <summary>
/// A file with a version for a slot. It begins with <see cref="Head"/> bytes of text, lines of <c>name=value</c> in a fixed order,
/// of which the last is a signature of the ones before it; then the slot's content, whose length and hash those lines give.
/// </summary>
/// <param name="Version">For people.</param>
/// <param name="Built">Seconds since 1970.</param>
/// <param name="Size">Bytes of the content.</param>
/// <param name="Sha256">Of the content.</param>
internal sealed record UpdateFile(string Version, long Built, long Size, byte[] Sha256)
{
    /// <summary>Bytes of text, filled up with line feeds.</summary>
    public const int Head = 4096;

    private const string Signature = "signature=";

    private static readonly string[] Names = ["edgepbx-update=", "version=", "built=", "size=", "sha256="];

    /// <param name="head">The first bytes of the file.</param>
    /// <param name="publicKey">PEM, ECDSA; what the machine trusts.</param>
    /// <exception cref="UpdateException">It is no update, or nobody whom we trust has signed it.</exception>
    public static UpdateFile Parse(ReadOnlySpan<byte> head, string publicKey)
    {
        int signedLength = head.IndexOf(Encoding.ASCII.GetBytes("\n" + Signature)) + 1;
        string[] lines = Encoding.ASCII.GetString(head).TrimEnd('\n').Split('\n');
        if (head.Length != Head || signedLength == 0 || lines.Length != Names.Length + 1 || lines[0] != Names[0] + "1"
            || !lines[^1].StartsWith(Signature, StringComparison.Ordinal))
        {
            throw new UpdateException("this is no update for this version of EdgePbx");
        }
        if (!IsSigned(head[..signedLength], lines[^1][Signature.Length..], publicKey))
        {
            throw new UpdateException("the signature is not right: the file was changed, or it is not from whom this machine trusts");
        }
        string[] values = [.. Names.Select((name, i) => lines[i].StartsWith(name, StringComparison.Ordinal) ? lines[i][name.Length..] : "")];
        if (!long.TryParse(values[2], NumberStyles.None, CultureInfo.InvariantCulture, out long built)
            || !long.TryParse(values[3], NumberStyles.None, CultureInfo.InvariantCulture, out long size) || size <= SlotHead.Room
            || values[4].Length != 2 * SHA256.HashSizeInBytes || !values[4].All(char.IsAsciiHexDigit))
        {
            throw new UpdateException("this is no update for this version of EdgePbx");
        }
        return new UpdateFile(values[1], built, size, Convert.FromHexString(values[4]));
    }

    public override string ToString() => new SlotHead(Version, Built).ToString();

    private static bool IsSigned(ReadOnlySpan<byte> signed, string signature, string publicKey)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(publicKey);
            byte[] bytes = Convert.FromBase64String(signature);
            return Convert.ToBase64String(bytes) == signature // bits that stand for nothing are to be zero: one update, one head
                && key.VerifyData(signed, bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException or FormatException)
        {
            return false; // not a key, or not a signature
        }
    }
}
