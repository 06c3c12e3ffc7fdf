using System.Text;

namespace EdgePbx.EndToEnd;

/// <summary>One account of the PBX under test.</summary>
internal sealed record Account(string Number, string Secret)
{
    public override string ToString() => $"{Number}:{Secret}";
}

/// <summary>How the PBX of a test is configured; the defaults are an office's.</summary>
internal sealed record PbxOptions
{
    public static readonly Account Caller = new("1001", "first-secret");
    public static readonly Account Callee = new("1002", "second-secret");
    public const string Realm = "pbx.test";

    /// <summary>
    /// A laboratory's: session intervals of seconds, as long as those that the phones ask for. Phones without timers are looked
    /// after at another pace, so that no BYE comes on the heels of a refresh: SIPp takes one message at a time.
    /// </summary>
    public static PbxOptions ShortTimers { get; } = new() { SessionInterval = 10, SessionMinimum = 4, Watch = 14 };

    public int RingTimeout { get; init; } = 60;
    public int SessionInterval { get; init; } = 1800;
    public int SessionMinimum { get; init; } = 90;
    public int Watch { get; init; } = 1800;
    public int MaxCalls { get; init; } = 25;

    /// <summary>What signalling may take, in MiB; 0: what the machine gives.</summary>
    public int Memory { get; init; }

    /// <summary>Media ports; the least that a PBX takes is six a call.</summary>
    public int MediaPorts { get; init; } = 150;

    /// <summary>Seconds after which a call with two silent phones is ended.</summary>
    public int MediaTimeout { get; init; } = 300;

    public string LogLevel { get; init; } = "info";

    /// <summary>False leaves the log a pipe that nobody reads.</summary>
    public bool ReadsLog { get; init; } = true;

    public IReadOnlyList<Account> Accounts { get; init; } = [Caller, Callee];

    /// <summary>True: an account is held to its share, as is the default; false: two phones are enough to fill the box.</summary>
    public bool HasShares { get; init; }

    /// <summary>Whether calls are recorded: "never", "on-demand" or "always".</summary>
    public string Record { get; init; } = "never";

    /// <summary>The size of a file system of its own for the folder of recordings, as mount(8) takes it; empty: it is a folder like any other.</summary>
    public string RecordingDisk { get; init; } = "";

    /// <summary>Errors in the log that belong to the story.</summary>
    public IReadOnlyList<string> ExpectedErrors { get; init; } = [];

    /// <summary>The configuration file.</summary>
    public string ToToml(int sipPort, PortBlock media)
    {
        var text = new StringBuilder($"""
            [sip]
            listen = ["udp://127.0.0.1:{sipPort}", "tcp://127.0.0.1:{sipPort}"]
            realm = "{Realm}"
            ring_timeout = {RingTimeout}

            [session_timer]
            interval = {SessionInterval}
            minimum = {SessionMinimum}
            watch = {Watch}
            lab = {(SessionMinimum < 90 ? "true" : "false")}

            [media]
            ports = "{media}"
            max_calls = {MaxCalls}
            timeout = {MediaTimeout}

            [log]
            format = "json"
            level = "{LogLevel}"

            [status]
            socket = "status.sock"

            [limits]
            memory = {(Memory == 0 ? "\"auto\"" : $"{Memory}")}

            [recording]
            record = "{Record}"

            """);
        foreach (Account account in Accounts)
        {
            _ = text.Append($"\n[[extension]]\nnumber = \"{account.Number}\"\nname = \"Phone {account.Number}\"\nsecret = \"{account.Secret}\"\n{(HasShares ? "" : "share = \"all\"\n")}");
        }
        return text.ToString();
    }
}
