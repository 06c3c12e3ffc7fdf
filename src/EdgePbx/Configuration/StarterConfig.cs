using System.Security.Cryptography;
using System.Text;

namespace EdgePbx;

/// <summary>The file that <c>run</c> writes when there is none: three extensions, each with its own random secret.</summary>
internal sealed class StarterConfig
{
    public const string FileName = "edgepbx.toml";

    // no 0 and o, no 1 and l: a secret is typed by hand into a phone
    private const string SecretLetters = "abcdefghijkmnpqrstuvwxyz23456789";
    private const int SecretLength = 16;

    private static readonly (string Number, string Name)[] Extensions =
        [("1001", "Reception"), ("1002", "Office"), ("1003", "Workshop")];

    private readonly string _runFolder;
    private readonly string _stateFolder;

    private StarterConfig(IReadOnlyList<StarterAccount> accounts, string? stickCode, string runFolder, string stateFolder) =>
        (Accounts, StickCode, _runFolder, _stateFolder) = (accounts, stickCode, runFolder, stateFolder);

    public IReadOnlyList<StarterAccount> Accounts { get; }

    /// <summary>systemd's RUNTIME_DIRECTORY, or that of the image's init; null: there is none.</summary>
    public static string? RunFolderHere => Environment.GetEnvironmentVariable("RUNTIME_DIRECTORY");

    /// <summary>Who has it may change the configuration by a USB stick; null: no stick is heard there.</summary>
    public string? StickCode { get; }

    /// <param name="runFolder">Where the supervisor wants sockets (<see cref="RunFolderHere"/>); null or empty: beside the file.</param>
    /// <param name="stateFolder">Where call records and recordings shall be; null or empty: beside the file.</param>
    /// <param name="hearsSticks">False: nobody there looks at USB sticks, so a code for them would only confuse.</param>
    public static StarterConfig Create(string? runFolder = null, string? stateFolder = null, bool hearsSticks = true) => new(
        [.. Extensions.Select(e => new StarterAccount(e.Number, e.Name, NewSecret()))], hearsSticks ? NewSecret() : null, runFolder ?? "", stateFolder ?? "");

    private static string NewSecret() => RandomNumberGenerator.GetString(SecretLetters, SecretLength);

    /// <summary>Writes it, readable by its owner (and, in root's folder, by its group) only, whole or not at all. An existing file is never touched.</summary>
    /// <exception cref="IOException">The file exists, or the folder can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Root may not act for the folder's owner.</exception>
    public void Write(string file, IFiles? files = null)
    {
        using var fresh = new AppendFile(file, files ?? SystemFiles.Instance);
        if (!fresh.TryReplace(Encoding.UTF8.GetBytes(ToToml()), out string problem, isNew: true))
        {
            throw new IOException(problem);
        }
    }

    public string ToToml()
    {
        StringBuilder text = new StringBuilder(Head).Replace("STICK_SECTION\n\n", StickCode is null ? "" : Stick.Replace("STICK_CODE", StickCode, StringComparison.Ordinal));
        foreach ((string folder, string name) in new[] { (_runFolder, "edgepbx.sock"), (_stateFolder, "calls.jsonl"), (_stateFolder, "recordings") })
        {
            _ = text.Replace($" = \"{name}\" ", $" = \"{Path.Combine(folder, name)}\" ");
        }
        foreach (StarterAccount account in Accounts)
        {
            _ = text.Append("\n[[extension]]\n")
                .Append("number = \"").Append(account.Number).Append("\"\n")
                .Append("name = \"").Append(account.Name).Append("\"\n")
                .Append("secret = \"").Append(account.Secret).Append("\"\n");
        }
        return text.ToString();
    }

    private const string Stick = """
        [stick]                      # on a box made of the image: who brings this code on a USB stick may change this file
        code = "STICK_CODE"    # without one nobody may


        """;

    private const string Head = """
        # EdgePbx. After a change: edgepbx check-config edgepbx.toml, then restart it or send it SIGHUP.
        # A line that starts with # is off and shows the default.

        [sip]
        listen = ["udp://0.0.0.0:5060", "tcp://0.0.0.0:5060"]   # IPv6 too: "udp://[::]:5060"
        realm = "edgepbx"            # what phones show or want as "realm"; a change locks out phones that stored it
        #address = "192.0.2.10"      # our address as phones see it, if not the one of the network card
        #ring_timeout = 60           # seconds until an unanswered call ends
        #digest = "any"              # "sha-256": MD5 is not offered and not taken; many phones know nothing else

        [session_timer]              # ends calls whose phone has vanished (RFC 4028)
        #interval = 1800             # seconds
        #minimum = 90                # seconds; we accept no shorter interval
        #watch = 1800                # seconds; the interval for phones that know no session timer

        [media]
        ports = "10000-10999"        # UDP, for the voices: open them in the firewall
        #address = "192.0.2.10"      # as sip.address, for the voices
        max_calls = 100              # each needs 6 ports
        #timeout = 300               # seconds; a call in which both phones fell silent is ended; 0: never

        [limits]
        #memory = "auto"             # MiB that signalling may take; auto: a quarter of what the machine has, 256 at most
        #calls_per_extension = "fair"   # at once; fair: as many as are left for all the others together

        [log]
        #format = "auto"             # "text" on a terminal, else "json"; or always one of them
        #level = "info"              # or debug, warning, error

        [status]
        socket = "edgepbx.sock"      # what `edgepbx status` asks; relative to this file

        [records]                    # one line of JSON for each call that is over
        #enabled = true
        file = "calls.jsonl"         # relative to this file
        #max_size = 10               # MiB; then it becomes calls.jsonl.1, that one calls.jsonl.2 and so on
        #keep = 5                    # so many of those

        [recording]                  # where it is allowed: whoever is recorded may have to agree first
        #record = "never"            # or "on-demand" or "always"; an extension may say its own
        #code = "*1"                 # dialled during a call, starts and stops it on demand
        folder = "recordings"        # relative to this file
        #max_size = 1024             # MiB in all; then the oldest go
        #max_age = 0                 # days; 0: for ever

        [watchdog]                   # for a box whose init is not systemd, which knows the watchdog by itself
        #device = "/dev/watchdog"    # restarts the box when phones are no longer answered

        STICK_SECTION

        [security]
        #never_ban = ["192.0.2.0/24"]   # where wrong secrets only slow down; default: the networks that the box is in

        # The extensions. Instead of a secret, secret_file names a file that holds it.

        """;
}

/// <summary>One account as it is typed into a phone.</summary>
internal sealed record StarterAccount(string Number, string Name, string Secret)
{
    /// <summary>Keeps the secret out of logs and dumps.</summary>
    public override string ToString() => $"account {Number}";
}
