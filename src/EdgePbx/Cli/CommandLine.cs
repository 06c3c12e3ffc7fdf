using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace EdgePbx;

/// <summary>The verbs. Each returns an <see cref="ExitCode"/>.</summary>
internal static class CommandLine
{
    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        ParseResult result = Build(output, error).Parse(arguments);
        if (arguments.Count == 0)
        {
            _ = Build(output, error).Parse(["--help"]).Invoke(new InvocationConfiguration { Output = error });
            return ExitCode.Configuration;
        }
        return result.Errors.Count > 0
            ? Refuse(result, error)
            : result.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
    }

    // one line for each mistake, not the manual
    private static int Refuse(ParseResult result, TextWriter error)
    {
        Command command = result.CommandResult.Command;
        string[] known = [.. command.Subcommands.Select(c => c.Name), .. command.Options.Select(o => o.Name)];
        foreach (string token in result.UnmatchedTokens)
        {
            string hint = NearestWord.Of(token, known) is { } nearest ? $"; did you mean {nearest}?" : "";
            error.WriteLine($"edgepbx: '{token}' means nothing here{hint}");
        }
        foreach (ParseError mistake in result.Errors.Where(_ => result.UnmatchedTokens.Count == 0))
        {
            error.WriteLine($"edgepbx: {mistake.Message}");
        }
        error.WriteLine($"Try: edgepbx {(command is RootCommand ? "" : command.Name + " ")}--help");
        return ExitCode.Configuration;
    }

    private static RootCommand Build(TextWriter output, TextWriter error)
    {
        var root = new RootCommand("A SIP telephone exchange for the office: one binary, one configuration file.")
        {
            RunVerbOf(output, error),
            CheckVerbOf(output, error),
            StatusVerbOf(output, error),
            AuditVerbOf(output, error),
            BackupVerbOf(output, error),
            RestoreVerbOf(output, error),
            new Command("selftest", "Check that this machine can carry calls: a call through the real sockets, on loopback only."),
            BenchVerbOf(output, error),
            new Command("version", "Show version, commit, runtime and architecture."),
        };
        root.HelpName = "edgepbx";
        ((HelpAction)root.Options.OfType<HelpOption>().Single().Action!).MaxWidth = 100;
        root.Subcommands[6].SetAction(_ => SelfTest.Run(output));
        root.Subcommands[8].SetAction(_ =>
        {
            ProductVersion.Write(output);
            return ExitCode.Done;
        });
        return root;
    }

    private static Command RunVerbOf(TextWriter output, TextWriter error)
    {
        Option<string> config = ConfigOption();
        Option<string> state = StateOption();
        var verb = new Command(
            "run", "Run until SIGTERM. SIGHUP reloads the configuration. Without any, it writes one with three extensions first.")
        {
            config, state,
        };
        verb.SetAction(result => RunVerb.Run(result.GetValue(config), result.GetValue(state), output, error));
        return verb;
    }

    private static Command CheckVerbOf(TextWriter output, TextWriter error)
    {
        var file = new Argument<string>("FILE") { Description = "The configuration to check." };
        var verb = new Command("check-config", "Show every mistake in a configuration, each with its line and column.") { file };
        verb.SetAction(result => CheckConfigVerb.Run(result.GetRequiredValue(file), output, error));
        return verb;
    }

    private static Command StatusVerbOf(TextWriter output, TextWriter error)
    {
        Option<string> config = ConfigOption();
        var json = new Option<bool>("--json") { Description = "Print JSON for programs instead of words." };
        var verb = new Command("status", "Ask the running EdgePbx for its calls, its phones and its counters.") { json, config };
        verb.SetAction(result => StatusVerb.Run(result.GetValue(config), result.GetValue(json), output, error));
        return verb;
    }

    private static Command AuditVerbOf(TextWriter output, TextWriter error)
    {
        Option<string> config = ConfigOption();
        var json = new Option<bool>("--json") { Description = "Print JSON for programs instead of words." };
        var acknowledge = new Option<bool>("--acknowledge") { Description = "Say that you have seen what was left behind." };
        var verb = new Command("audit", "Show what all calls since the start took and gave back; exit code 4 if something is missing.")
        {
            json, acknowledge, config,
        };
        verb.SetAction(result => AuditVerb.Run(
            result.GetValue(config), result.GetValue(json), result.GetValue(acknowledge), output, error));
        return verb;
    }

    private static Command BackupVerbOf(TextWriter output, TextWriter error)
    {
        var file = new Argument<string>("FILE") { Description = "The backup to write." };
        Option<string> config = ConfigOption();
        Option<string> state = StateOption();
        var records = new Option<bool>("--records") { Description = "Take the call records too." };
        var verb = new Command("backup", "Write configuration, secrets and registrations into one file; EdgePbx may run meanwhile.")
        {
            file, records, config, state,
        };
        verb.SetAction(result => BackupVerb.Run(
            result.GetRequiredValue(file), result.GetValue(config), result.GetValue(state), result.GetValue(records), output, error));
        return verb;
    }

    private static Command RestoreVerbOf(TextWriter output, TextWriter error)
    {
        var file = new Argument<string>("FILE") { Description = "The backup to restore." };
        Option<string> config = ConfigOption();
        Option<string> state = StateOption();
        var dryRun = new Option<bool>("--dry-run") { Description = "Check the backup and say what it would change; change nothing." };
        var verb = new Command("restore", "Make this box what it was when a backup was written; EdgePbx must not run.")
        {
            file, dryRun, config, state,
        };
        verb.SetAction(result => RestoreVerb.Run(
            result.GetRequiredValue(file), result.GetValue(config), result.GetValue(state), result.GetValue(dryRun), output, error));
        return verb;
    }

    private static Option<string> StateOption() => new("--state")
    {
        Description = "The folder for registrations and the copy of the last good configuration (default: the configuration's).",
        HelpName = "FOLDER",
    };

    private static Command BenchVerbOf(TextWriter output, TextWriter error)
    {
        Option<string> config = ConfigOption();
        var io = new Option<string>("--io") { Description = "How packets go to the kernel.", DefaultValueFactory = _ => MediaSection.IoWords[0] };
        _ = io.AcceptOnlyFromAmong(MediaSection.IoWords);
        var relay = new Command("relay", "Measure how many calls the media relay carries on this board; some seconds, on loopback.") { io, config };
        relay.SetAction(result => BenchVerb.Run(
            result.GetValue(config), (MediaIoKind)Array.IndexOf(MediaSection.IoWords, result.GetValue(io)), output, error));
        return new Command("bench", "Measure this board.") { relay };
    }

    private static Option<string> ConfigOption() => new("--config")
    {
        Description = $"The configuration file (default: {StarterConfig.FileName} in the current folder).",
        HelpName = "FILE",
    };
}
