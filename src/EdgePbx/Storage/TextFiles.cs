using System.Text;

namespace EdgePbx;

/// <summary>Text that people write, with whatever editor: it may begin with a mark of its encoding.</summary>
internal static class TextFiles
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <returns>Null: there is no such file.</returns>
    /// <exception cref="IOException">It can't be read, is no plain file, or is longer than <paramref name="atMost"/> bytes.</exception>
    /// <exception cref="UnauthorizedAccessException">It belongs to somebody else.</exception>
    /// <exception cref="DecoderFallbackException">It is no text.</exception>
    public static string? Read(string path, int atMost)
    {
        if (SystemFiles.Instance.Read(path, atMost) is not { } bytes)
        {
            return null;
        }
        using var reader = new StreamReader(new MemoryStream(bytes), Strict);
        return reader.ReadToEnd();
    }
}
