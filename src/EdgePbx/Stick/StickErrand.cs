using System.Security.Cryptography;
using System.Text;

namespace EdgePbx;

/// <summary>
/// What a USB stick asks of this box: a backup, a new configuration. Nobody is heard who has not brought the box's code with him. What
/// came of it is written onto the stick.
/// </summary>
/// <param name="stick">What is read, once, and written.</param>
/// <param name="configFile">The box's.</param>
/// <param name="state">The folder of what must survive.</param>
/// <param name="box">What runs with it.</param>
internal sealed class StickErrand(StickFolder stick, string configFile, string state, RunningBox box)
{
    private static readonly TimeSpan ReloadLimit = TimeSpan.FromSeconds(20);

    private const int Largest = 1 << 20;

    private readonly List<string> _answer = [];
    private readonly ConfigFile _file = new(
        configFile, new LastGoodConfig(StateFolder.GoodOf(state, configFile)));

    /// <returns>An exit code, and one sentence for the box's screen.</returns>
    public (int Code, string Sentence) Run()
    {
        stick.DeleteUnfinished();
        if (!stick.TryWrite(StickFolder.Answer, ToText(["EdgePbx has begun. If this line stays, the stick was pulled out too early."]), out string problem))
        {
            return (ExitCode.Failed, $"the stick can't be written, so nothing was done: {problem}");
        }
        (int code, string sentence) = DoWhatIsAsked();
        _ = stick.TryWrite(StickFolder.Answer, ToText([$"EdgePbx {ProductVersion.Version}: {sentence}", .. _answer]), out _);
        return (code, sentence);
    }

    private (int Code, string Sentence) DoWhatIsAsked()
    {
        if (!stick.Has(StickFolder.Configuration) && !stick.Has(StickFolder.WantBackup))
        {
            return (ExitCode.Failed, $"the stick asks for nothing: neither {StickFolder.Configuration} nor {StickFolder.WantBackup} is on it");
        }
        LoadedConfig? present = _file.Load(out IReadOnlyList<ConfigError> mistakes);
        if (Refusal(present) is { } refusal)
        {
            return (ExitCode.Failed, $"the stick is refused: {refusal}");
        }
        if (StateFolder.IsInMemory(configFile))
        {
            Say("The card of this box can't be used: everything is in memory only, and gone with the power, this too. Put in another card.");
        }
        bool hasBackup = true;
        if (stick.Has(StickFolder.WantBackup) && !TryBackup(present, mistakes, out hasBackup))
        {
            return (ExitCode.Failed, "the backup could not be made, and nothing was changed");
        }
        string? text = stick.Read(StickFolder.Configuration, out string problem);
        return text is not null ? Take(text, present)
            : problem.Length > 0 ? Refuse([new ConfigError(StickFolder.Configuration, 0, 0, "", problem)])
            : hasBackup ? (ExitCode.Done, "the stick has the backup that it asked for")
            : (ExitCode.Configuration, "the configuration of this box has mistakes, so there is no backup of it; the stick has it as it is");
    }

    // a configuration with mistakes can be put right by a stick as well: its code is known
    private string? Refusal(LoadedConfig? present)
    {
        string? wanted = present is not null ? present.Config.Stick.Code : ConfigLoader.Load(configFile).StickCode;
        string? brought = stick.Read(StickFolder.Code, out string problem)?.Trim();
        return wanted is null ? "the configuration of this box has no [stick] code, so it takes nothing from sticks"
            : brought is null ? $"there is no {StickFolder.Code} on it{(problem.Length > 0 ? $" that can be read: {problem}" : "")}"
            : !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(brought), Encoding.UTF8.GetBytes(wanted))
                ? $"what is in {StickFolder.Code} is not the code of this box"
            : null;
    }

    // what is in force is worth a backup; the file, when it has mistakes, comes as it is, for who wants to put it right
    private bool TryBackup(LoadedConfig? present, IReadOnlyList<ConfigError> mistakes, out bool hasBackup)
    {
        hasBackup = present is not null;
        if ((mistakes.Count == 0 || TryGiveRefused(mistakes)) && (present is null || TryBackup(present)))
        {
            _ = stick.MarkTaken(StickFolder.WantBackup);
            return true;
        }
        return false;
    }

    private bool TryBackup(LoadedConfig present)
    {
        using var words = new StringWriter { NewLine = "\n" };
        string problem = "";
        bool isDone = BackupVerb.Run(
                stick.PathOf(StickFolder.Backup), configFile, state, withRecords: false, words, words, present.IsLastGood ? present : null) == ExitCode.Done
            && stick.TryWrite(StickFolder.Present, present.Source.Text, out problem);
        Say(isDone ? $"{StickFolder.Backup} and {StickFolder.Present} are what the box was before. The passwords of all phones are in them."
            : problem.Length > 0 ? problem : words.ToString().Trim());
        return isDone;
    }

    private bool TryGiveRefused(IReadOnlyList<ConfigError> mistakes)
    {
        Say("The configuration file of this box can't be used:");
        _answer.AddRange(mistakes.Select(mistake => $"  {mistake with { File = StickFolder.Refused }}"));
        string problem = "";
        bool isDone = FileAsItIs() is not { } bytes || stick.TryWrite(StickFolder.Refused, bytes, out problem);
        Say(isDone ? $"It is {StickFolder.Refused} here, as it is." : problem);
        return isDone;
    }

    // null: there is none, or it is nothing that anybody could read
    private byte[]? FileAsItIs()
    {
        try
        {
            return SystemFiles.Instance.Read(configFile, Largest);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private (int Code, string Sentence) Take(string text, LoadedConfig? present)
    {
        ConfigResult next = ConfigFile.RefuseEmptied(
            ConfigLoader.Parse(text, StickFolder.Configuration, Path.GetDirectoryName(Path.GetFullPath(configFile))!),
            StickFolder.Configuration, () => present?.Config.Extensions.Count > 0);
        if (next.Config is not { } config)
        {
            return Refuse(next.Errors);
        }
        StatusDocument? running = box.Ask();
        byte[]? former = FileAsItIs();
        if (former is not null && former.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(text)))
        {
            return running?.Configuration is { LastGoodUsed: true } or { ReloadRejected: true }
                ? PutIntoForce(running) // it is there, and yet another one is in force
                : Finish(ExitCode.Done, "the stick has the configuration that is in this box already; nothing was changed, and nothing had to be read anew");
        }
        if (!TryInstall(text, former, out string problem))
        {
            return (ExitCode.Failed, $"the configuration of the stick is good, but can't be written: {problem}");
        }
        Say("It changes:");
        _answer.AddRange(ConfigDifference.Between(present?.Config, config).Select(line => $"  {line}"));
        if (config.Stick.Code is null)
        {
            Say("It has no [stick] code: this was the last time that this box took anything from a stick.");
        }
        return PutIntoForce(running);
    }

    // the former one first, so that it is never gone
    private bool TryInstall(string text, byte[]? former, out string problem)
    {
        problem = "";
        return (former is null || TryReplace(Path.Combine(state, StateFolder.FormerConfig), former, out problem))
            && TryReplace(configFile, Encoding.UTF8.GetBytes(text), out problem);
    }

    private (int Code, string Sentence) PutIntoForce(StatusDocument? running)
    {
        if (running is null)
        {
            return Finish(ExitCode.Done, "the configuration of the stick is taken; EdgePbx does not run at present, its next start uses it");
        }
        if (box.Reload(running, ReloadLimit) is not { } now)
        {
            return Finish(ExitCode.Failed, "the configuration of the stick is taken, but EdgePbx does not say that it uses it: switch the box off and on");
        }
        if (now.ReloadRejected)
        {
            _answer.AddRange(now.Problems);
            return Finish(ExitCode.Failed, "the configuration of the stick was written, and EdgePbx refuses it");
        }
        return Finish(ExitCode.Done, now.AwaitsRestart.Count == 0
            ? "the configuration of the stick is in force"
            : $"the configuration of the stick is in force, except {string.Join(", ", now.AwaitsRestart)}: switch the box off and on");
    }

    private (int Code, string Sentence) Refuse(IReadOnlyList<ConfigError> mistakes)
    {
        _answer.AddRange(mistakes.Select(mistake => $"{mistake}"));
        return (ExitCode.Configuration, $"the configuration of the stick has mistakes, {mistakes.Count} in all; nothing was changed");
    }

    private (int Code, string Sentence) Finish(int code, string sentence)
    {
        if (stick.MarkTaken(StickFolder.Configuration) is { } name)
        {
            Say($"The file is called {name} now. The passwords of all phones are in it: delete it when you need it no more.");
        }
        return (code, sentence);
    }

    private static bool TryReplace(string path, byte[] bytes, out string problem)
    {
        using var file = new AppendFile(path, SystemFiles.Instance);
        return file.TryReplace(bytes, out problem);
    }

    private void Say(string line) => _answer.Add(line);

    // read with whatever editor a PC has
    private static string ToText(IEnumerable<string> lines) => string.Concat(lines.Select(line => $"{line.Replace("\n", "\r\n", StringComparison.Ordinal)}\r\n"));
}
