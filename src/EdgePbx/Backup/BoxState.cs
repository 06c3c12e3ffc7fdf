using System.Text;

namespace EdgePbx;

/// <summary>What a box is now, on the medium: read for a backup, or to say what a restore would change.</summary>
/// <param name="Config">The configuration with its mistakes.</param>
/// <param name="Registrations">By extension; empty when there are none.</param>
/// <param name="Records">The files of call records, the present one first; empty when none were wanted.</param>
internal sealed record BoxState(ConfigResult Config, Dictionary<string, byte[]> Registrations, IReadOnlyList<byte[]> Records)
{
    private const int LargestJournal = 16 << 20;
    private const int LargestRecords = 1 << 30;

    /// <exception cref="IOException">Something is there and can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It belongs to somebody else.</exception>
    public static BoxState Read(string configFile, string state, bool withRecords)
    {
        ConfigResult config = ConfigLoader.Load(configFile, takesWeakSecrets: true);
        return new BoxState(config, ReadRegistrations(state), withRecords && config.Config is { } good ? ReadRecords(configFile, good.Records) : []);
    }

    public BackupFile ToBackup(DateTimeOffset now)
    {
        List<BackupPart> parts = [];
        if (Config.Source is { } source)
        {
            parts.Add(new BackupPart(BackupParts.Configuration, "", Encoding.UTF8.GetBytes(source.Text)));
            parts.AddRange(source.Secrets.OrderBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => new BackupPart(BackupParts.Secret, entry.Key, Encoding.UTF8.GetBytes(entry.Value))));
        }
        parts.Add(new BackupPart(BackupParts.Registrations, "", JournalText.Write(BackupParts.Registrations, Registrations)));
        parts.AddRange(Records.Select((bytes, number) => new BackupPart(BackupParts.Records, number == 0 ? "" : $"{number}", bytes)));
        return new BackupFile(BackupFile.MadeNow(now), parts);
    }

    private static Dictionary<string, byte[]> ReadRegistrations(string state)
    {
        Dictionary<string, byte[]> table = new(StringComparer.Ordinal);
        _ = JournalText.Read(
            SystemFiles.Instance.Read(Path.Combine(state, StateFolder.Registrations), LargestJournal), BackupParts.Registrations, table);
        return table;
    }

    // the process may be writing: a line that has no end yet is left out
    private static List<byte[]> ReadRecords(string configFile, RecordsSection records)
    {
        using FileIdentity owner = FileIdentity.Of(configFile); // which names the file
        List<byte[]> read = [];
        for (int number = 0; number <= records.KeptFiles; number++)
        {
            string path = number == 0 ? records.File : $"{records.File}.{number}";
            if (SystemFiles.Instance.Read(path, LargestRecords) is not { } bytes)
            {
                break;
            }
            read.Add(bytes[..(bytes.AsSpan().LastIndexOf((byte)'\n') + 1)]);
        }
        return read;
    }
}
