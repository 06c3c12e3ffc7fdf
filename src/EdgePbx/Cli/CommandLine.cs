using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace EdgePbx;

/// <summary>The verbs. Each returns an <see cref="ExitCode"/>.</summary>
internal static class CommandLine
{
    private const string WhereItIsFound = $"{StarterConfig.FileName} in the current folder, else {FoundConfig.OfService}";

    /// <param name="arguments">Without the program's name.</param>
    /// <param name="output">For what was asked for.</param>
    /// <param name="error">For what goes wrong.</param>
    /// <param name="find">Which configuration a verb means, by what was named; null: <see cref="FoundConfig.Of"/>.</param>
    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter error, Func<string?, string?>? find = null)
    {
        if (RunArguments.TryRead(arguments, out RunArguments run))
        {
            return RunVerb.Run(run, output, error);
        }
        if (arguments.Count == 0)
        {
            _ = Build(output, error).Parse(["--help"]).Invoke(new InvocationConfiguration { Output = error });
            return ExitCode.Configuration;
        }
        ParseResult result = Build(output, error).Parse(arguments);
        return result.Errors.Count > 0
            ? Refuse(result, error)
            : result.Invoke(new Invocation { Output = output, Error = error, EnableDefaultExceptionHandler = false, Find = find ?? (static named => FoundConfig.Of(named)) });
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
        string verb = "";
        for (SymbolResult? at = result.CommandResult; at is CommandResult { Command: not RootCommand } one; at = one.Parent)
        {
            verb = $"{one.Command.Name} {verb}";
        }
        error.WriteLine($"Try: edgepbx {verb}--help");
        return ExitCode.Configuration;
    }

    private static RootCommand Build(TextWriter output, TextWriter error)
    {
        var root = new RootCommand("A SIP telephone exchange for the office: one binary, one configuration file.")
        {
            RunVerbOf(output, error),
            NewConfigVerbOf(error),
            CheckVerbOf(output, error),
            StatusVerbOf(output, error),
            AuditVerbOf(output, error),
            BansVerbOf(output, error),
            ReloadVerbOf(output, error),
            LedsVerbOf(output, error),
            BackupVerbOf(output, error),
            RestoreVerbOf(output, error),
            SelfTestVerbOf(output),
            BenchVerbOf(output, error),
            ReadyVerbOf(output, error),
            UpdateVerbOf(output, error),
            SlotVerbOf(output, error),
            StickVerbOf(output, error),
            ClockVerbOf(output, error),
            VersionVerbOf(output),
        };
        root.HelpName = "edgepbx";
        ((HelpAction)root.Options.OfType<HelpOption>().Single().Action!).MaxWidth = 100;
        return root;
    }

    private static Command RunVerbOf(TextWriter output, TextWriter error)
    {
        Option<string> config = ConfigOption();
        Option<string> board = BoardOption();
        Option<string> state = StateOption();
        var test = new Option<bool>("--self-test-first")
        {
            Description = "Serve phones at once, but say that it is ready only when the self-test has passed.",
        };
        var watchdog = new Option<string>("--watchdog")
        {
            Description = "Feed this watchdog of the hardware, whatever the configuration says.", HelpName = "DEVICE",
        };
        var verb = new Command(
            "run", "Run until SIGTERM. SIGHUP reloads the configuration. Without any, it writes one with three extensions first.")
        {
            config, board, state, test, watchdog,
        };
        verb.SetAction(result => RunVerb.Run(
            new RunArguments(result.GetValue(config), result.GetValue(board), result.GetValue(state), result.GetValue(test), result.GetValue(watchdog)),
            output, error));
        return verb;
    }

    private static Command NewConfigVerbOf(TextWriter error)
    {
        var file = new Argument<string>("FILE") { Description = "The configuration to write; it must not exist." };
        var service = new Option<bool>("--service")
        {
            Description = $"For the service of a distribution: its socket in {NewConfigVerb.RunFolder}, call records and recordings in {StateFolder.OfService}.",
        };
        var verb = new Command("new-config", "Write a first configuration with three extensions, and show what to type into the phones.") { file, service };
        verb.SetAction(result => NewConfigVerb.Run(result.GetRequiredValue(file), result.GetValue(service), error));
        return verb;
    }

    private static Command CheckVerbOf(TextWriter output, TextWriter error)
    {
        var file = new Argument<string?>("FILE")
        {
            Description = $"The configuration to check (default: {WhereItIsFound}).", Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string> board = BoardOption();
        var verb = new Command("check-config", "Show every mistake in a configuration, each with its line and column.") { file, board };
        verb.SetAction(result => WithFound(
            result, result.GetValue(file), "FILE", error, found => CheckConfigVerb.Run(found, result.GetValue(board), output, error)));
        return verb;
    }

    private static Command StatusVerbOf(TextWriter output, TextWriter error)
    {
        Option<string> config = FoundConfigOption();
        var json = new Option<bool>("--json") { Description = "Print JSON for programs instead of words." };
        var verb = new Command("status", "Ask the running EdgePbx for its calls, its phones and its counters.") { json, config };
        verb.SetAction(result => WithFound(result, config, error, found => StatusVerb.Run(found, result.GetValue(json), output, error)));
        return verb;
    }

    private static Command ReloadVerbOf(TextWriter output, TextWriter error)
    {
        Option<string> config = FoundConfigOption();
        var verb = new Command("reload", "Make the running EdgePbx read its configuration anew, and show what that changed.") { config };
        verb.SetAction(result => WithFound(result, config, error, found => ReloadVerb.Run(found, output, error)));
        return verb;
    }

    private static Command AuditVerbOf(TextWriter output, TextWriter error)
    {
        Option<string> config = FoundConfigOption();
        var json = new Option<bool>("--json") { Description = "Print JSON for programs instead of words." };
        var acknowledge = new Option<bool>("--acknowledge") { Description = "Say that you have seen what was left behind." };
        var verb = new Command("audit", "Show what all calls since the start took and gave back; exit code 4 if something is missing.")
        {
            json, acknowledge, config,
        };
        verb.SetAction(result => WithFound(
            result, config, error, found => AuditVerb.Run(found, result.GetValue(json), result.GetValue(acknowledge), output, error)));
        return verb;
    }

    private static Command BansVerbOf(TextWriter output, TextWriter error)
    {
        Option<string> config = FoundConfigOption();
        var json = new Option<bool>("--json") { Description = "Print JSON for programs instead of words." };
        var clear = new Option<string>("--clear") { Description = "Lift the bans of this address, or of all, first.", HelpName = "ADDRESS|all" };
        var verb = new Command("bans", "Show who is not heard, or slowed, since his secrets were wrong.") { json, clear, config };
        verb.SetAction(result => WithFound(
            result, config, error, found => BansVerb.Run(found, result.GetValue(clear), result.GetValue(json), output, error)));
        return verb;
    }

    private static Command LedsVerbOf(TextWriter output, TextWriter error)
    {
        var explain = new Command("explain", "Print the card: what each pattern means, and what to do.");
        explain.SetAction(_ => LedsVerb.Explain(output));
        Option<string> board = BoardOption();
        var test = new Command("test", "Show every pattern on the LEDs of this board, with its name. Not while EdgePbx runs.") { board };
        test.SetAction(result => LedsVerb.Test(result.GetValue(board), output, error));
        Option<string> config = FoundConfigOption();
        var once = new Option<bool>("--once") { Description = "Print one line of words instead; so it is without a terminal." };
        var watch = new Command("watch", "Draw the LEDs of the running EdgePbx.") { once, config };
        watch.SetAction(result => WithFound(result, config, error, found => LedsVerb.Watch(found, result.GetValue(once), output, error)));
        return new Command("leds", "What the LEDs mean, whether they are wired right, what they show.") { explain, test, watch };
    }

    private static Command SelfTestVerbOf(TextWriter output)
    {
        var verb = new Command("selftest", "Check that this machine can carry calls: a call through the real sockets, on loopback only.");
        verb.SetAction(_ => SelfTest.Run(output));
        return verb;
    }

    private static Command VersionVerbOf(TextWriter output)
    {
        var verb = new Command("version", "Show version, commit, runtime and architecture.");
        verb.SetAction(_ =>
        {
            ProductVersion.Write(output);
            return ExitCode.Done;
        });
        return verb;
    }

    private static Command ReadyVerbOf(TextWriter output, TextWriter error)
    {
        Option<string> config = FoundConfigOption();
        var within = new Option<int>("--within") { Description = "Wait so many seconds for it.", HelpName = "SECONDS" };
        var verb = new Command("ready", "Ask the running EdgePbx whether it is ready; exit code 1 if it is not.") { within, config };
        verb.SetAction(result => WithFound(
            result, config, error,
            found => ReadyVerb.Run(found, TimeSpan.FromSeconds(Math.Clamp(result.GetValue(within), 0, 3600)), output, error)));
        return verb;
    }

    private static Command UpdateVerbOf(TextWriter output, TextWriter error)
    {
        var file = new Argument<string>("FILE") { Description = "The update." };
        var force = new Option<bool>("--force") { Description = "Take an older version too, and one that has failed its trial." };
        var key = new Option<string>("--key")
        {
            Description = "The public key of whom this machine trusts.", HelpName = "FILE", DefaultValueFactory = _ => UpdateVerb.DefaultKey,
        };
        Option<string> card = CardOption();
        var verb = new Command("update", "Write a signed update into the other slot of the image; the next start tries it.")
        {
            file, force, key, card,
        };
        verb.SetAction(result => UpdateVerb.Install(
            result.GetRequiredValue(file), result.GetValue(card)!, result.GetValue(key)!, result.GetValue(force), output, error));
        return verb;
    }

    private static Command SlotVerbOf(TextWriter output, TextWriter error)
    {
        var confirm = new Option<bool>("--confirm") { Description = "Start the running slot from now on." };
        Option<string> card = CardOption();
        var verb = new Command("slot", "Show what the two slots of the image hold and which one starts.") { confirm, card };
        verb.SetAction(result => UpdateVerb.ShowSlots(result.GetValue(card)!, result.GetValue(confirm), output, error));
        return verb;
    }

    private static Command StickVerbOf(TextWriter output, TextWriter error)
    {
        var folder = new Argument<string>("FOLDER") { Description = "Where the stick is mounted." };
        Option<string> config = ConfigOption();
        Option<string> state = StateOption();
        var verb = new Command("stick", "Take a new configuration from a USB stick, or put a backup on it, if the box's code is there too.")
        {
            folder, config, state,
        };
        verb.SetAction(result => StickVerb.Run(
            result.GetRequiredValue(folder), result.GetValue(config), result.GetValue(state), output, error));
        return verb;
    }

    private static Command ClockVerbOf(TextWriter output, TextWriter error)
    {
        var vouch = new Option<bool>("--vouch") { Description = "Tell the kernel that it is, for a time service that does not." };
        var verb = new Command("clock", "Ask the kernel whether the clock is synchronised; exit code 1 if it is not.") { vouch };
        verb.SetAction(result =>
        {
            if (result.GetValue(vouch) && !WallClock.TryVouch())
            {
                error.WriteLine("edgepbx: only root may vouch for the clock");
                return ExitCode.Failed;
            }
            bool isSynchronised = WallClock.IsSynchronised;
            output.WriteLine(isSynchronised ? "the clock is synchronised" : "nobody vouches for the clock");
            return isSynchronised ? ExitCode.Done : ExitCode.Failed;
        });
        return verb;
    }

    private static Option<string> BoardOption() => new("--board")
    {
        Description = $"The board's LEDs and button (default: {BoardConfig.FileName} beside the configuration, if there is one).",
        HelpName = "FILE",
    };

    private static Command BackupVerbOf(TextWriter output, TextWriter error)
    {
        var file = new Argument<string>("FILE") { Description = "The backup to write." };
        Option<string> config = FoundConfigOption();
        Option<string> state = StateOption();
        var records = new Option<bool>("--records") { Description = "Take the call records too." };
        var verb = new Command("backup", "Write configuration, secrets and registrations into one file; EdgePbx may run meanwhile.")
        {
            file, records, config, state,
        };
        verb.SetAction(result => WithFound(
            result, config, error,
            found => BackupVerb.Run(result.GetRequiredValue(file), found, result.GetValue(state), result.GetValue(records), output, error)));
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

    private static Option<string> CardOption() => new("--card")
    {
        Description = "The card's device.", HelpName = "DEVICE", DefaultValueFactory = _ => UpdateVerb.DefaultCard,
    };

    private static Option<string> FoundConfigOption() => new("--config")
    {
        Description = $"The configuration file (default: {WhereItIsFound}).",
        HelpName = "FILE",
    };

    private static int WithFound(ParseResult result, Option<string> config, TextWriter error, Func<string, int> verb) =>
        WithFound(result, result.GetValue(config), "--config FILE", error, verb);

    private static int WithFound(ParseResult result, string? named, string option, TextWriter error, Func<string, int> verb)
    {
        if (((Invocation)result.InvocationConfiguration).Find(named) is { } found)
        {
            return verb(found);
        }
        error.WriteLine($"edgepbx: {FoundConfig.Missing(option)}");
        return ExitCode.Configuration;
    }

    private static Option<string> ConfigOption() => new("--config")
    {
        Description = $"The configuration file (default: {StarterConfig.FileName} in the current folder).",
        HelpName = "FILE",
    };

    private sealed class Invocation : InvocationConfiguration
    {
        public required Func<string?, string?> Find { get; init; }
    }
}
