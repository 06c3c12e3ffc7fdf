using System.Text;

namespace EdgePbx;

/// <summary>
/// The copy of the configuration with which the box last worked, secrets included, so that it never wakes up empty. It is on the medium
/// whole or not at all, and has a checksum against a medium that forgets.
/// </summary>
internal sealed class LastGoodConfig(string path, WriteMeter? meter = null)
{
    private const int Largest = 4 << 20;
    private const string SecretMark = "#secret_file ", ChecksumMark = "#checksum ";

    private const string Head = "# The configuration as EdgePbx last worked with it; used when the real one is missing or has mistakes.\n"
        + "# Don't change it: change the real one. The last line is a checksum.\n";

    public string Path => path;

    /// <summary>Null: there is none, or it is not whole.</summary>
    public ConfigSource? Read()
    {
        try
        {
            return SystemFiles.Instance.Read(path, Largest) is { } bytes ? Parse(Encoding.UTF8.GetString(bytes)) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps it; nothing is written when it is the one that is kept already.</summary>
    public bool TryKeep(ConfigSource source, out string problem)
    {
        problem = "";
        byte[] bytes = BytesOf(source);
        try
        {
            if (SystemFiles.Instance.Read(path, Largest) is { } kept && kept.AsSpan().SequenceEqual(bytes))
            {
                return true;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // then it is replaced, or that fails too
        }
        using var file = new AppendFile(path, SystemFiles.Instance, meter);
        return file.TryReplace(bytes, out problem);
    }

    /// <summary>What is in the file.</summary>
    public static byte[] BytesOf(ConfigSource source) => Encoding.UTF8.GetBytes(ToText(source));

    private static string ToText(ConfigSource source)
    {
        var text = new StringBuilder(Head);
        foreach ((string name, string secret) in source.Secrets.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            _ = text.Append(SecretMark).Append(Coded(name)).Append(' ').Append(Coded(secret)).Append('\n');
        }
        string whole = text.Append(source.Text).Append('\n').ToString();
        return $"{whole}{ChecksumMark}{ChecksumOf(whole)}\n";
    }

    private static ConfigSource? Parse(string text)
    {
        int last = text.LastIndexOf(ChecksumMark, StringComparison.Ordinal);
        if (!text.StartsWith(Head, StringComparison.Ordinal) || last < Head.Length || text[last..] != $"{ChecksumMark}{ChecksumOf(text[..last])}\n")
        {
            return null;
        }
        Dictionary<string, string> secrets = new(StringComparer.Ordinal);
        ReadOnlySpan<char> rest = text.AsSpan(Head.Length..(last - 1));
        while (rest.StartsWith(SecretMark) && rest.IndexOf('\n') is var end and >= 0)
        {
            string[] words = rest[SecretMark.Length..end].ToString().Split(' ');
            secrets[Decoded(words[0])] = Decoded(words[1]); // ours, as the checksum says
            rest = rest[(end + 1)..];
        }
        return new ConfigSource(rest.ToString(), secrets);
    }

    private static string Coded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Decoded(string code) => Encoding.UTF8.GetString(Convert.FromBase64String(code));

    private static string ChecksumOf(string text) => $"{JournalText.Checksum(Encoding.UTF8.GetBytes(text)):x8}";
}
