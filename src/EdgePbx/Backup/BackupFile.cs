using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EdgePbx;

/// <summary>One piece of a backup.</summary>
/// <param name="Kind">One of <see cref="BackupParts"/>.</param>
/// <param name="Name">Which one of its kind; empty where there is one only.</param>
internal sealed record BackupPart(string Kind, string Name, byte[] Bytes);

/// <summary>The kinds of pieces. One that is not known is of a later format.</summary>
internal static class BackupParts
{
    /// <summary>The text of edgepbx.toml.</summary>
    public const string Configuration = "configuration";

    /// <summary>A file that <c>secret_file</c> names, by that name.</summary>
    public const string Secret = "secret";

    /// <summary>A journal.</summary>
    public const string Registrations = "registrations";

    /// <summary>A file of call records, by its number: none for the present one, then 1 and so on.</summary>
    public const string Records = "records";

    public static bool IsKnown(string kind) => kind is Configuration or Secret or Registrations or Records;
}

/// <summary>
/// What a box is, in one file: its configuration with all secrets, who is registered, and its call records if that was asked for.
/// Format 1, a contract for ever: four lines of text around the pieces.
/// </summary>
/// <remarks>
/// <c>EdgePbx backup, format 1</c>; <c>made TIME by EdgePbx VERSION</c>; each piece as <c>part KIND LENGTH [NAME]</c>, its bytes and a line
/// feed; <c>end sha256 HEX</c> of all before.
/// </remarks>
internal sealed record BackupFile(string Made, IReadOnlyList<BackupPart> Parts)
{
    public const int Format = 1;
    private const string FirstWords = "EdgePbx backup, format ";
    private const string LastWords = "end sha256 ";
    private const int LastLength = 11 + 64 + 1;

    /// <summary>Whether a backup may be written there: nothing is there, or an older one. So a slip of the hand costs no configuration.</summary>
    public static bool MayReplace(string path)
    {
        if (FileCalls.FactsOf(path) is null)
        {
            return true;
        }
        return SystemFiles.Instance.ReadStart(path, FirstWords.Length) is { } head && head.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(FirstWords));
    }

    /// <summary>Null: there is none.</summary>
    public BackupPart? Find(string kind) => Parts.FirstOrDefault(part => part.Kind == kind);

    public IEnumerable<BackupPart> All(string kind) => Parts.Where(part => part.Kind == kind);

    /// <summary>Keeps what it holds out of logs and dumps.</summary>
    public override string ToString() => $"a backup, {Made}";

    public static string MadeNow(DateTimeOffset now) =>
        string.Create(CultureInfo.InvariantCulture, $"made {now.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} by EdgePbx {ProductVersion.Version}");

    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        void Line(string text) => bytes.Write(Encoding.UTF8.GetBytes(text + "\n"));
        Line($"{FirstWords}{Format}");
        Line(Made);
        foreach (BackupPart part in Parts)
        {
            Line($"part {part.Kind} {part.Bytes.Length}{(part.Name.Length > 0 ? " " + part.Name : "")}");
            bytes.Write(part.Bytes);
            Line("");
        }
        Line(LastWords + Convert.ToHexStringLower(SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length))));
        return bytes.ToArray();
    }

    /// <param name="problem">Why it is none, in words for whoever holds it.</param>
    public static BackupFile? Parse(ReadOnlySpan<byte> bytes, out string problem)
    {
        ReadOnlySpan<byte> rest = bytes;
        string first = TakeLine(ref rest);
        if (!first.StartsWith(FirstWords, StringComparison.Ordinal))
        {
            problem = "this is no backup of EdgePbx";
            return null;
        }
        if (first != $"{FirstWords}{Format}")
        {
            problem = $"this is a backup of {first[(FirstWords.Length - 7)..]}, which a later EdgePbx has made; this one knows format {Format}";
            return null;
        }
        problem = "the backup is damaged: its checksum is wrong";
        if (bytes.Length < LastLength || Encoding.UTF8.GetString(bytes[^LastLength..]) != $"{LastWords}{Convert.ToHexStringLower(SHA256.HashData(bytes[..^LastLength]))}\n")
        {
            return null;
        }
        rest = rest[..^LastLength];
        string made = TakeLine(ref rest);
        List<BackupPart> parts = [];
        while (!rest.IsEmpty)
        {
            if (!TryTakePart(ref rest, out BackupPart? part))
            {
                problem = "the backup is not written as it should be"; // its checksum is right: whoever wrote it did it so
                return null;
            }
            parts.Add(part);
        }
        problem = "";
        return new BackupFile(made, parts);
    }

    private static bool TryTakePart(ref ReadOnlySpan<byte> rest, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out BackupPart? part)
    {
        part = null;
        string[] words = TakeLine(ref rest).Split(' ', 4);
        if (words is not ["part", var kind, var length, ..] || !BackupParts.IsKnown(kind)
            || !int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out int count) || rest.Length < count + 1L || rest[count] != '\n')
        {
            return false;
        }
        part = new BackupPart(kind, words.Length > 3 ? words[3] : "", rest[..count].ToArray());
        rest = rest[(count + 1)..];
        return true;
    }

    private static string TakeLine(ref ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOf((byte)'\n');
        string line = Encoding.UTF8.GetString(end < 0 ? rest[..Math.Min(rest.Length, 100)] : rest[..end]);
        rest = end < 0 ? default : rest[(end + 1)..];
        return line;
    }
}
