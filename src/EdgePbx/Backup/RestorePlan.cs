using System.Text;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>A backup that was looked through: what is wrong with it for this box, or what it would change and which files it would write.</summary>
internal sealed class RestorePlan
{
    private const string NameOfText = "the backup's edgepbx.toml";

    private readonly List<(string Path, byte[] Bytes)> _files = [];
    private readonly List<string> _problems = [];
    private readonly List<string> _changes = [];
    private readonly string _configFile;
    private readonly string _folder;

    private RestorePlan(string configFile) =>
        (_configFile, _folder) = (configFile, Path.GetDirectoryName(Path.GetFullPath(configFile))!);

    /// <summary>Why it can't be restored here; none: it can.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>What it changes, one sentence each, without a secret.</summary>
    public IReadOnlyList<string> Changes => _changes;

    /// <summary>What it writes, in this order.</summary>
    public IReadOnlyList<(string Path, byte[] Bytes)> Files => _files;

    /// <param name="backup">Whole, as its checksum says.</param>
    /// <param name="now">The box as it is.</param>
    /// <param name="configFile">Where the configuration goes; secrets go where it says, from its folder on.</param>
    /// <param name="state">The folder of what must survive.</param>
    public static RestorePlan For(BackupFile backup, BoxState now, string configFile, string state)
    {
        var plan = new RestorePlan(configFile);
        if (backup.Find(BackupParts.Configuration) is not { } text)
        {
            plan._problems.Add("there is no configuration in the backup");
            return plan;
        }
        Dictionary<string, string> secrets = [];
        foreach (BackupPart part in backup.All(BackupParts.Secret))
        {
            secrets[part.Name] = Encoding.UTF8.GetString(part.Bytes);
        }
        ConfigResult config = ConfigLoader.Parse(Encoding.UTF8.GetString(text.Bytes), NameOfText, plan._folder, secrets, takesWeakSecrets: true);
        plan._problems.AddRange(config.Errors.Select(error => error.ToString()));
        if (config.Config is not { } good)
        {
            return plan;
        }
        plan.PlanRegistrations(backup, now, good, state);
        plan.PlanRecords(backup, good.Records, now.Config.Config?.Records.File, state);
        plan.PlanSecrets(config.Source!);
        plan.PlanWeakSecrets(config.Source!, secrets, state);
        plan.PlanConfiguration(text.Bytes, good, now.Config);
        plan.RefuseSamePlaces(state);
        return plan;
    }

    private void PlanConfiguration(byte[] text, PbxConfig next, ConfigResult now)
    {
        string[] differences = [.. ConfigDifference.Between(now.Config, next)];
        bool isSame = now.Source is { } source && source.Text == Encoding.UTF8.GetString(text);
        _changes.Add(now.Source is null ? $"{_configFile} is new, with {next.Extensions.Count} extension(s):"
            : now.Config is null ? $"{_configFile}, which has mistakes, is replaced by one with {next.Extensions.Count} extension(s):"
            : isSame && differences.Length == 0 ? $"{_configFile} stays as it is"
            : differences.Length == 0 ? $"{_configFile} is replaced by one that says the same in other words"
            : $"{_configFile} is replaced:");
        _changes.AddRange(differences.Select(difference => $"  {difference}"));
        _files.Add((_configFile, text));
    }

    private void PlanSecrets(ConfigSource source)
    {
        foreach ((string name, string secret) in source.Secrets)
        {
            string path = Path.GetFullPath(Path.Combine(_folder, name));
            byte[] bytes = Encoding.UTF8.GetBytes(secret);
            if (IsThereAlready(path, bytes))
            {
                continue;
            }
            if (!RestorePlaces.IsBelow(path, _folder))
            {
                _problems.Add($"the secret in {name} is outside of {_folder}: put that file there yourself first");
            }
            else if (!Directory.Exists(Path.GetDirectoryName(path)))
            {
                _problems.Add($"there is no folder {Path.GetDirectoryName(path)} for the secret in {name}");
            }
            _files.Add((path, bytes));
        }
    }

    // it was a good one when the backup was made: the box goes on with it as with the last one that worked, and says so until that is put right
    private void PlanWeakSecrets(ConfigSource source, Dictionary<string, string> secrets, string state)
    {
        ConfigResult strict = ConfigLoader.Parse(source.Text, NameOfText, _folder, secrets);
        if (strict.Config is null)
        {
            _changes.Add("some of its secrets are weak; the box works with them, and says so until they are changed:");
            _changes.AddRange(strict.Errors.Select(error => $"  {error}"));
            _files.Add((StateFolder.GoodOf(state, _configFile), LastGoodConfig.BytesOf(source)));
        }
    }

    private void PlanRegistrations(BackupFile backup, BoxState now, PbxConfig next, string state)
    {
        Dictionary<string, byte[]> table = new(StringComparer.Ordinal);
        if (backup.Find(BackupParts.Registrations) is { } part && JournalText.Read(part.Bytes, BackupParts.Registrations, table) > 0)
        {
            _problems.Add("the backup's registrations are not written as they should be");
        }
        string unreadable = string.Join(", ", table.Where(entry => !RegistrationRecord.TryRead(entry.Value, [], out _)).Select(entry => entry.Key));
        if (unreadable.Length > 0)
        {
            _problems.Add($"the backup's registrations of {unreadable} are not written as they should be");
        }
        _changes.Add($"registered are then {PhonesOf(table, next.Extensions)} phone(s), now {PhonesOf(now.Registrations, now.Config.Config?.Extensions ?? next.Extensions)}");
        _files.Add((Path.Combine(state, StateFolder.Registrations), JournalText.Write(BackupParts.Registrations, table)));
    }

    // a box that has call records keeps its own: nothing that was is ever lost
    private void PlanRecords(BackupFile backup, RecordsSection records, string? present, string state)
    {
        BackupPart[] parts = [.. backup.All(BackupParts.Records)];
        if (parts.Length > 0 && File.Exists(records.File))
        {
            _changes.Add($"the call records in {records.File} stay, those of the backup are left out");
            return;
        }
        bool isOurs = RestorePlaces.IsBelow(records.File, _folder) || RestorePlaces.IsBelow(records.File, state)
            || (present is not null && RestorePlaces.RealPath(present) == RestorePlaces.RealPath(records.File));
        if (parts.Length > 0 && !isOurs)
        {
            _problems.Add($"the call records would go to {records.File}, which is in none of the folders of this box ({_folder}, {state})"
                + " and where it has none now: name that file in its configuration yourself first");
        }
        if (!parts.All(part => TornLine.AreRecords(part.Bytes)))
        {
            _problems.Add("the backup's call records are no call records");
        }
        foreach (BackupPart part in parts.Reverse()) // the present file last: until it is there, all of them are still to be written
        {
            string path = part.Name.Length == 0 ? records.File : $"{records.File}.{part.Name}";
            if (part.Name.Length > 0 && (part.Name.Length > 2 || !part.Name.All(char.IsAsciiDigit)))
            {
                _problems.Add("the backup's call records are not named as they should be");
            }
            _changes.Add($"{path} is new, with {part.Bytes.Count(one => one == '\n')} call record(s)");
            _files.Add((path, part.Bytes));
        }
    }

    // a backup that calls its call records like another file of the box would write that
    private void RefuseSamePlaces(string state)
    {
        string[] other = [.. StateFolder.Files(state, _configFile).Where(file => Path.GetFileName(file) != StateFolder.Registrations)
            .Where(file => file != StateFolder.GoodOf(state, _configFile) || _files.All(one => one.Path != file || one.Bytes[0] != (byte)'#'))];
        foreach (IGrouping<string, string> same in _files.Select(file => file.Path).Concat(other).GroupBy(RestorePlaces.RealPath).Where(same => same.Count() > 1))
        {
            _problems.Add($"two things of the backup would go to {same.Key}");
        }
    }

    private static int PhonesOf(Dictionary<string, byte[]> table, IReadOnlyList<ExtensionSettings> extensions) => extensions
        .Sum(extension => table.TryGetValue(extension.Number, out byte[]? text) && RegistrationRecord.TryRead(text, [], out IReadOnlyList<Binding> phones) ? phones.Count : 0);

    private bool IsThereAlready(string path, byte[] bytes)
    {
        try
        {
            using FileIdentity owner = FileIdentity.Of(_configFile); // the backup names it: whoever made that may not ask root
            return SystemFiles.Instance.Read(path, 1 << 20)?.AsSpan().SequenceEqual(bytes) == true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
