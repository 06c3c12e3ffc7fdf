using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>The whole configuration, checked: one immutable tree that a reload replaces as a whole.</summary>
internal sealed record PbxConfig
{
    public required SipSection Sip { get; init; }
    public required SessionTimerSection SessionTimer { get; init; }
    public required MediaSection Media { get; init; }
    public required LogSection Log { get; init; }
    public required StatusSection Status { get; init; }
    public required RecordsSection Records { get; init; }
    public LimitsSection Limits { get; init; } = LimitsSection.Auto;
    public WatchdogSection Watchdog { get; init; } = new(Device: null);
    public StickSection Stick { get; init; } = new(Code: null);
    public required RecordingSection Recording { get; init; }
    public SecuritySection Security { get; init; } = new(NeverBan: null);
    public required IReadOnlyList<ExtensionSettings> Extensions { get; init; }

    /// <summary>Somebody's calls may be recorded.</summary>
    public bool MayRecord => Recording.Mode != RecordMode.Never || Extensions.Any(static one => one.Record is RecordMode.OnDemand or RecordMode.Always);

    /// <summary>What the engine needs of it.</summary>
    public PbxSettings ToPbxSettings() => new()
    {
        Realm = Sip.Realm,
        RingTimeout = Sip.RingTimeout,
        SessionInterval = SessionTimer.Interval,
        SessionMinimum = SessionTimer.Minimum,
        WatchInterval = SessionTimer.Watch,
        MaxCalls = Media.MaxCalls,
        MediaTimeout = Media.Timeout,
        Memory = Limits.Memory is { } bytes ? MemoryBudget.Of(bytes) : MemoryBudget.ForMachine(MachineMemory.Bytes),
        CallsPerExtension = Limits.CallsPerExtension,
        MediaPaths = (Media.LastPort - Media.FirstPort + 1) / 2,
        Digest = Sip.Digest,
        NeverBan = Security.NeverBan,
        Extensions = Extensions,
        Recording = new RecordingSettings(Recording.Mode, Recording.Code),
    };
}

/// <summary><c>[sip]</c></summary>
internal sealed record SipSection(IReadOnlyList<ListenUrl> Listen, string Realm, NetAddress Address, TimeSpan RingTimeout)
{
    /// <summary>The address that phones are told, if one is said at all; empty: the machine's own, towards each.</summary>
    public string Announced =>
        !Address.IsNone ? Address.ToString()
        : Listen.Count > 0 && !Listen[0].Endpoint.Address.IsUnspecified ? Listen[0].Endpoint.Address.ToString()
        : "";

    /// <summary>Of extensions that say nothing themselves.</summary>
    public DigestRule Digest { get; init; }
}

/// <summary><c>[session_timer]</c>, RFC 4028; <c>Watch</c> is for phones that know no session timer.</summary>
internal sealed record SessionTimerSection(TimeSpan Interval, TimeSpan Minimum, TimeSpan Watch, bool IsLab);

/// <summary><c>[media]</c>: <c>FirstPort</c> is even, <c>LastPort</c> odd, both belong to the range. <c>MaxCalls</c> is 0 for "auto" on a board that was never measured.</summary>
internal sealed record MediaSection(ushort FirstPort, ushort LastPort, NetAddress Address, int MaxCalls)
{
    /// <summary>The words for <see cref="MediaIoKind"/>, in its order.</summary>
    public static readonly string[] IoWords = ["auto", "epoll", "io_uring"];

    /// <summary>Null: a call may be silent for ever.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How packets go to the kernel and come from it.</summary>
    public MediaIoKind Io { get; init; }
}

/// <summary><c>[limits]</c>: how much memory signalling may take, in bytes; null: a part of what the machine has.</summary>
internal sealed record LimitsSection(long? Memory)
{
    public static readonly LimitsSection Auto = new(Memory: null);

    /// <summary>How many calls each extension may make at once; null: no more than are left for the others.</summary>
    public int? CallsPerExtension { get; init; }
}

/// <summary><c>[log]</c></summary>
internal sealed record LogSection(LogFormat Format, LogLevel Level);

/// <summary><c>[status]</c>: the socket's full path.</summary>
internal sealed record StatusSection(string Socket);

/// <summary><c>[records]</c>: the call records' full path, the size in bytes at which a new file begins, and how many old ones are kept.</summary>
internal sealed record RecordsSection(bool IsOn, string File, long LargestFile, int KeptFiles);

/// <summary><c>[watchdog]</c>: the hardware's, for a box without systemd; null: none.</summary>
internal sealed record WatchdogSection(string? Device);

/// <summary><c>[stick]</c>: who brings this code on a USB stick may change the configuration; null: nobody may.</summary>
internal sealed record StickSection(string? Code)
{
    public const int ShortestCode = 12;
    private const int LongestCode = 64;

    public static bool IsCode(string text) =>
        text.Length is >= ShortestCode and <= LongestCode && text.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-');

    /// <summary>The code in a text that is not TOML any more, so that who has it can put that right; null: none is to be seen.</summary>
    public static string? CodeIn(string text)
    {
        string section = "";
        foreach (string line in text.Split('\n').Select(static line => line.Trim()))
        {
            section = line.StartsWith('[') ? line : section;
            string key = line.Split('=')[0].Trim();
            bool isCode = section.StartsWith("[stick]", StringComparison.Ordinal) ? key == "code" : section.Length == 0 && key == "stick.code";
            if (isCode && line.Split('"') is [_, var code, ..] && IsCode(code))
            {
                return code;
            }
        }
        return null;
    }

    /// <summary>Keeps the code out of logs and dumps.</summary>
    public override string ToString() => "what opens the box to a stick";
}

/// <summary><c>[recording]</c>: whose extension says nothing itself, the code, the folder's full path, its largest size in bytes and age.</summary>
/// <param name="LongestAge">Null: for ever.</param>
internal sealed record RecordingSection(RecordMode Mode, string Code, string Folder, long LargestTotal, TimeSpan? LongestAge);

/// <summary>How a log line looks.</summary>
internal enum LogFormat
{
    /// <summary>Text on a terminal, else JSON.</summary>
    Auto,
    Json,
    Text,
}
