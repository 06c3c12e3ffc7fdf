namespace EdgePbx.Tests;

/// <summary>The verbs and options are a contract; a change of these texts is reviewed like code.</summary>
public class HelpTests
{
    [Fact]
    public void Of_the_program() => Assert.Equal(
        """
        Description:
          A SIP telephone exchange for the office: one binary, one configuration file.

        Usage:
          edgepbx [command] [options]

        Options:
          -?, -h, --help  Show help and usage information
          --version       Show version information

        Commands:
          run                  Run until SIGTERM. SIGHUP reloads the configuration. Without any, it writes
                               one with three extensions first.
          new-config <FILE>    Write a first configuration with three extensions, and show what to type
                               into the phones.
          check-config <FILE>  Show every mistake in a configuration, each with its line and column.
          status               Ask the running EdgePbx for its calls, its phones and its counters.
          audit                Show what all calls since the start took and gave back; exit code 4 if
                               something is missing.
          bans                 Show who is not heard, or slowed, since his secrets were wrong.
          reload               Make the running EdgePbx read its configuration anew, and show what that
                               changed.
          leds                 What the LEDs mean, whether they are wired right, what they show.
          backup <FILE>        Write configuration, secrets and registrations into one file; EdgePbx may
                               run meanwhile.
          restore <FILE>       Make this box what it was when a backup was written; EdgePbx must not run.
          selftest             Check that this machine can carry calls: a call through the real sockets, on
                               loopback only.
          bench                Measure this board.
          ready                Ask the running EdgePbx whether it is ready; exit code 1 if it is not.
          update <FILE>        Write a signed update into the other slot of the image; the next start tries
                               it.
          slot                 Show what the two slots of the image hold and which one starts.
          stick <FOLDER>       Take a new configuration from a USB stick, or put a backup on it, if the
                               box's code is there too.
          clock                Ask the kernel whether the clock is synchronised; exit code 1 if it is not.
          version              Show version, commit, runtime and architecture.

        """,
        Help());

    [Fact]
    public void Of_run() => Assert.Equal(
        """
        Description:
          Run until SIGTERM. SIGHUP reloads the configuration. Without any, it writes one with three
          extensions first.

        Usage:
          edgepbx run [options]

        Options:
          --config <FILE>      The configuration file (default: edgepbx.toml in the current folder).
          --board <FILE>       The board's LEDs and button (default: board.toml beside the configuration,
                               if there is one).
          --state <FOLDER>     The folder for registrations and the copy of the last good configuration
                               (default: the configuration's).
          --self-test-first    Serve phones at once, but say that it is ready only when the self-test has
                               passed.
          --watchdog <DEVICE>  Feed this watchdog of the hardware, whatever the configuration says.
          -?, -h, --help       Show help and usage information

        """,
        Help("run"));

    [Fact]
    public void Of_backup() => Assert.Equal(
        """
        Description:
          Write configuration, secrets and registrations into one file; EdgePbx may run meanwhile.

        Usage:
          edgepbx backup <FILE> [options]

        Arguments:
          <FILE>  The backup to write.

        Options:
          --records         Take the call records too.
          --config <FILE>   The configuration file (default: edgepbx.toml in the current folder, else
                            /etc/edgepbx/edgepbx.toml).
          --state <FOLDER>  The folder for registrations and the copy of the last good configuration
                            (default: the configuration's).
          -?, -h, --help    Show help and usage information

        """,
        Help("backup"));

    [Fact]
    public void Of_restore() => Assert.Equal(
        """
        Description:
          Make this box what it was when a backup was written; EdgePbx must not run.

        Usage:
          edgepbx restore <FILE> [options]

        Arguments:
          <FILE>  The backup to restore.

        Options:
          --dry-run         Check the backup and say what it would change; change nothing.
          --config <FILE>   The configuration file (default: edgepbx.toml in the current folder).
          --state <FOLDER>  The folder for registrations and the copy of the last good configuration
                            (default: the configuration's).
          -?, -h, --help    Show help and usage information

        """,
        Help("restore"));

    [Fact]
    public void Of_check_config() => Assert.Equal(
        """
        Description:
          Show every mistake in a configuration, each with its line and column.

        Usage:
          edgepbx check-config [<FILE>] [options]

        Arguments:
          <FILE>  The configuration to check (default: edgepbx.toml in the current folder, else
                  /etc/edgepbx/edgepbx.toml).

        Options:
          --board <FILE>  The board's LEDs and button (default: board.toml beside the configuration, if
                          there is one).
          -?, -h, --help  Show help and usage information

        """,
        Help("check-config"));

    [Fact]
    public void Of_status() => Assert.Equal(
        """
        Description:
          Ask the running EdgePbx for its calls, its phones and its counters.

        Usage:
          edgepbx status [options]

        Options:
          --json           Print JSON for programs instead of words.
          --config <FILE>  The configuration file (default: edgepbx.toml in the current folder, else
                           /etc/edgepbx/edgepbx.toml).
          -?, -h, --help   Show help and usage information

        """,
        Help("status"));

    [Fact]
    public void Of_leds() => Assert.Equal(
        """
        Description:
          What the LEDs mean, whether they are wired right, what they show.

        Usage:
          edgepbx leds [command] [options]

        Options:
          -?, -h, --help  Show help and usage information

        Commands:
          explain  Print the card: what each pattern means, and what to do.
          test     Show every pattern on the LEDs of this board, with its name. Not while EdgePbx runs.
          watch    Draw the LEDs of the running EdgePbx.

        """,
        Help("leds"));

    [Fact]
    public void Of_selftest() => Assert.Equal(
        """
        Description:
          Check that this machine can carry calls: a call through the real sockets, on loopback only.

        Usage:
          edgepbx selftest [options]

        Options:
          -?, -h, --help  Show help and usage information

        """,
        Help("selftest"));

    [Fact]
    public void Of_ready() => Assert.Equal(
        """
        Description:
          Ask the running EdgePbx whether it is ready; exit code 1 if it is not.

        Usage:
          edgepbx ready [options]

        Options:
          --within <SECONDS>  Wait so many seconds for it.
          --config <FILE>     The configuration file (default: edgepbx.toml in the current folder, else
                              /etc/edgepbx/edgepbx.toml).
          -?, -h, --help      Show help and usage information

        """,
        Help("ready"));

    [Fact]
    public void Of_update() => Assert.Equal(
        """
        Description:
          Write a signed update into the other slot of the image; the next start tries it.

        Usage:
          edgepbx update <FILE> [options]

        Arguments:
          <FILE>  The update.

        Options:
          --force          Take an older version too, and one that has failed its trial.
          --key <FILE>     The public key of whom this machine trusts. [default: /etc/edgepbx/update.pub]
          --card <DEVICE>  The card's device. [default: /dev/edgepbx-disk]
          -?, -h, --help   Show help and usage information

        """,
        Help("update"));

    [Fact]
    public void Of_slot() => Assert.Equal(
        """
        Description:
          Show what the two slots of the image hold and which one starts.

        Usage:
          edgepbx slot [options]

        Options:
          --confirm        Start the running slot from now on.
          --card <DEVICE>  The card's device. [default: /dev/edgepbx-disk]
          -?, -h, --help   Show help and usage information

        """,
        Help("slot"));

    [Fact]
    public void Of_stick() => Assert.Equal(
        """
        Description:
          Take a new configuration from a USB stick, or put a backup on it, if the box's code is there too.

        Usage:
          edgepbx stick <FOLDER> [options]

        Arguments:
          <FOLDER>  Where the stick is mounted.

        Options:
          --config <FILE>   The configuration file (default: edgepbx.toml in the current folder).
          --state <FOLDER>  The folder for registrations and the copy of the last good configuration
                            (default: the configuration's).
          -?, -h, --help    Show help and usage information

        """,
        Help("stick"));

    [Fact]
    public void Of_clock() => Assert.Equal(
        """
        Description:
          Ask the kernel whether the clock is synchronised; exit code 1 if it is not.

        Usage:
          edgepbx clock [options]

        Options:
          --vouch         Tell the kernel that it is, for a time service that does not.
          -?, -h, --help  Show help and usage information

        """,
        Help("clock"));

    [Fact]
    public void Of_version() => Assert.Equal(
        """
        Description:
          Show version, commit, runtime and architecture.

        Usage:
          edgepbx version [options]

        Options:
          -?, -h, --help  Show help and usage information

        """,
        Help("version"));

    private static string Help(params string[] verb)
    {
        (int code, string output, string error) = CommandLineTests.Run([.. verb, "--help"]);
        Assert.Equal((ExitCode.Done, ""), (code, error));
        return string.Join('\n', output.Split('\n').Select(line => line.TrimEnd())).TrimEnd() + "\n";
    }
}
