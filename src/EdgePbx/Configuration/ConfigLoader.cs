using System.Text;
using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>What loading gave: a configuration, or every mistake in the order of the file.</summary>
/// <param name="StatusSocket">Known even where something else is wrong, so that <c>status</c> works with a half-edited file.</param>
/// <param name="Source">What the configuration was made of; null when the file can't be read.</param>
/// <param name="StickCode">Known even where something else is wrong, so that a stick can put it right; null: none.</param>
internal sealed record ConfigResult(
    PbxConfig? Config, IReadOnlyList<ConfigError> Errors, string? StatusSocket, ConfigSource? Source = null, string? StickCode = null);

/// <summary>Reads a TOML file into a <see cref="PbxConfig"/>. It reports all mistakes at once, each with its place.</summary>
internal sealed class ConfigLoader
{
    /// <summary>Ports that one call may need: two pairs, and one more for a second phone that rings or a pair that rests.</summary>
    private const int PortsPerCall = 6;
    private const int MostCalls = 5000;

    private const int Largest = 1 << 20; // some ten thousand extensions

    private static readonly LogLevel[] Levels =
        [LogLevel.Information, LogLevel.Trace, LogLevel.Debug, LogLevel.Warning, LogLevel.Error];

    private readonly string _file;
    private readonly string _folder;
    private readonly List<ConfigError> _errors = [];
    private readonly SecretFiles _secrets;

    private readonly bool _takesWeakSecrets;

    private ConfigLoader(string file, string folder, IReadOnlyDictionary<string, string>? secrets, bool takesWeakSecrets) =>
        (_file, _folder, _secrets, _takesWeakSecrets) = (file, folder, new SecretFiles(folder, secrets), takesWeakSecrets);

    /// <param name="file">Its name.</param>
    /// <param name="takesWeakSecrets">As in <see cref="Parse"/>.</param>
    public static ConfigResult Load(string file, bool takesWeakSecrets = false)
    {
        List<ConfigError> errors = [];
        using FileIdentity owner = FileIdentity.Of(file); // it names files of secrets: those that its owner can read
        return ReadText(file, errors) is { } text
            ? Parse(text, file, Path.GetDirectoryName(Path.GetFullPath(file))!, takesWeakSecrets: takesWeakSecrets)
            : new ConfigResult(null, errors, null);
    }

    /// <returns>Null when it can't be read; the reason has been added to <paramref name="errors"/>.</returns>
    public static string? ReadText(string file, List<ConfigError> errors)
    {
        try
        {
            return TextFiles.Read(file, Largest) ?? throw new FileNotFoundException();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            errors.Add(new ConfigError(file, 0, 0, "", DescribeUnreadable(failure)));
            return null;
        }
    }

    /// <param name="text">The file's text.</param>
    /// <param name="file">Its name, as the errors give it.</param>
    /// <param name="folder">What relative paths in it start from.</param>
    /// <param name="secrets">The files of secrets by name; null: those on the disk.</param>
    /// <param name="takesWeakSecrets">What a box worked with, or was backed up with, goes on: a rule that came later takes nobody's telephone away.</param>
    public static ConfigResult Parse(
        string text, string file, string folder, IReadOnlyDictionary<string, string>? secrets = null, bool takesWeakSecrets = false) =>
        new ConfigLoader(file, folder, secrets, takesWeakSecrets).Read(text);

    private static string DescribeUnreadable(Exception failure) => failure switch
    {
        FileNotFoundException => "there is no such file",
        NoPlainFileException one => one.Why,
        UnauthorizedAccessException => "not readable by this user",
        DecoderFallbackException => "not UTF-8 text",
        _ => $"cannot be read: {failure.Message}",
    };

    private ConfigResult Read(string text)
    {
        if (TomlFile.Read(text, _file, _errors, ReadAll) is not { } config)
        {
            return new ConfigResult(null, _errors, null, new ConfigSource(text, _secrets.Read), StickSection.CodeIn(text));
        }
        ConfigError[] errors = [.. _errors.OrderBy(e => e.Line).ThenBy(e => e.Column)];
        return new ConfigResult(errors.Length == 0 ? config : null, errors, config.Status.Socket, new ConfigSource(text, _secrets.Read), config.Stick.Code);
    }

    private PbxConfig ReadAll(TableReader reader)
    {
        SessionTimerSection sessionTimer = ReadSessionTimer(reader.Section("session_timer"));
        var config = new PbxConfig
        {
            Sip = ReadSip(reader.Section("sip"), sessionTimer.IsLab),
            SessionTimer = sessionTimer,
            Media = ReadMedia(reader.Section("media")),
            Limits = ReadLimits(reader.Section("limits")),
            Log = ReadLog(reader.Section("log")),
            Status = ReadStatus(reader.Section("status")),
            Records = ReadRecords(reader.Section("records")),
            Watchdog = ReadWatchdog(reader.Section("watchdog")),
            Stick = ReadStick(reader.Section("stick")),
            Recording = ReadRecording(reader.Section("recording")),
            Security = SecuritySection.Read(reader.Section("security")),
            Extensions = ReadExtensions(reader, _takesWeakSecrets || sessionTimer.IsLab),
        };
        reader.RefuseUnknown();
        return config;
    }

    private static SipSection ReadSip(TableReader sip, bool isLab)
    {
        IReadOnlyList<ListenUrl> listen = ReadListen(sip, isLab);
        string realm = sip.Text("realm", "edgepbx");
        if (realm.Length is 0 or > 64 || !realm.All(c => c is >= ' ' and <= '~' and not ('"' or '\\')))
        {
            sip.Refuse("realm", "1 to 64 plain characters without \" and \\");
        }
        NetAddress address = sip.Address("address");
        long ring = sip.Whole("ring_timeout", 60, 1, 3600);
        var digest = (DigestRule)sip.Choice("digest", DigestRules.Box);
        sip.RefuseUnknown();
        return new SipSection(listen, realm, address, TimeSpan.FromSeconds(ring)) { Digest = digest };
    }

    private static List<ListenUrl> ReadListen(TableReader sip, bool isLab)
    {
        List<ListenUrl> urls = [];
        if (!sip.Has("listen"))
        {
            NetEndpoint everywhere = new(NetAddress.AnyV4, 5060);
            return [new ListenUrl(SipTransport.Udp, everywhere), new ListenUrl(SipTransport.Tcp, everywhere)];
        }
        if (sip.List("listen") is not { } list)
        {
            return urls;
        }
        for (int i = 0; i < list.Count; i++)
        {
            string key = $"listen[{i}]";
            if (list[i].Value is not string text)
            {
                sip.Refuse(list[i].Position, key, $"text is wanted here, not {list[i].KindName}");
            }
            else if (!ListenUrl.TryParse(text, out ListenUrl url, out string problem))
            {
                sip.Refuse(list[i].Position, key, problem);
            }
            else if (url.Endpoint.Port == 0 && !isLab)
            {
                sip.Refuse(list[i].Position, key, "0 is not a port (1 to 65535)");
            }
            else if (url.Endpoint.Port != 0 && urls.Contains(url))
            {
                sip.Refuse(list[i].Position, key, $"{url} is listed twice");
            }
            else
            {
                urls.Add(url);
            }
        }
        if (list.Count == 0)
        {
            sip.Refuse("listen", "at least one address to listen on, such as \"udp://0.0.0.0:5060\"");
        }
        return urls;
    }

    private static SessionTimerSection ReadSessionTimer(TableReader timer)
    {
        bool isLab = timer.Flag("lab");
        long minimum = ReadInterval("minimum", 90);
        long watch = ReadInterval("watch", 1800);
        long interval = timer.Whole("interval", 1800, 1, 86400);
        if (interval < minimum)
        {
            timer.Refuse("interval", $"{interval} is below minimum, which is {minimum}");
        }
        timer.RefuseUnknown();
        return new SessionTimerSection(TimeSpan.FromSeconds(interval), TimeSpan.FromSeconds(minimum), TimeSpan.FromSeconds(watch), isLab);

        long ReadInterval(string key, long absent)
        {
            long seconds = timer.Whole(key, absent, 1, 86400);
            if (seconds < 90 && !isLab)
            {
                timer.Refuse(key, $"{seconds} is below 90, the least that RFC 4028 allows (lab = true for tests)");
            }
            return seconds;
        }
    }

    private MediaSection ReadMedia(TableReader media)
    {
        string ports = media.Text("ports", "10000-10999");
        NetAddress address = media.Address("address");
        long? wantedCalls = media.WholeOr("auto", "max_calls", 100, 1, MostCalls);
        long timeout = media.Whole("timeout", 300, 0, 86400);
        if (timeout is > 0 and < 10)
        {
            media.Refuse("timeout", $"{timeout} s are too short: whoever is muted may be silent for so long; 0 means never");
        }
        var io = (MediaIoKind)media.Choice("io", MediaSection.IoWords);
        if (!MediaPortRange.TryParse(ports, out ushort first, out ushort last, out string problem))
        {
            media.Refuse("ports", problem);
        }
        else if (wantedCalls is { } calls && last - first + 1 < calls * PortsPerCall)
        {
            media.Refuse("ports", $"{last - first + 1} ports are too few for max_calls = {calls}, which needs {calls * PortsPerCall}"
                + $" ({PortsPerCall} a call)");
        }
        media.RefuseUnknown();
        int maxCalls = (int)(wantedCalls ?? Math.Min(MeasuredCalls.Read(_folder) ?? 0, MostCallsOf(first, last)));
        return new MediaSection(first, last, address, maxCalls) { Timeout = timeout == 0 ? null : TimeSpan.FromSeconds(timeout), Io = io };
    }

    /// <summary>What these ports allow.</summary>
    public static int MostCallsOf(ushort firstPort, ushort lastPort) => Math.Min(MostCalls, (lastPort - firstPort + 1) / PortsPerCall);

    private static LimitsSection ReadLimits(TableReader limits)
    {
        const string Auto = "auto";
        long? mebibytes = limits.Has("memory") ? limits.WholeOr(Auto, "memory", 0, MemoryBudget.Least >> 20, MemoryBudget.Most >> 20) : null;
        long? calls = limits.Has("calls_per_extension") ? limits.WholeOr("fair", "calls_per_extension", 0, 1, MostCalls) : null;
        limits.RefuseUnknown();
        return new LimitsSection(mebibytes << 20) { CallsPerExtension = (int?)calls };
    }

    private static LogSection ReadLog(TableReader log)
    {
        var section = new LogSection(
            (LogFormat)log.Choice("format", "auto", "json", "text"),
            Levels[log.Choice("level", "info", "trace", "debug", "warning", "error")]);
        log.RefuseUnknown();
        return section;
    }

    private StatusSection ReadStatus(TableReader status)
    {
        string socket = Path.Combine(_folder, status.Text("socket", "edgepbx.sock"));
        if (socket.EndsWith('/'))
        {
            status.Refuse("socket", "the name of a socket is missing");
        }
        else if (Encoding.UTF8.GetByteCount(socket) > StatusSocket.LongestPath)
        {
            status.Refuse("socket", $"the path with its folder is longer than {StatusSocket.LongestPath} bytes");
        }
        status.RefuseUnknown();
        return new StatusSection(socket);
    }

    private RecordsSection ReadRecords(TableReader records)
    {
        bool isOn = records.Flag("enabled", fallback: true);
        string name = records.Text("file", "calls.jsonl");
        string file = Path.Combine(_folder, name);
        if (name.Length == 0 || name.EndsWith('/') || name.Contains('\0', StringComparison.Ordinal) || Directory.Exists(file))
        {
            records.Refuse("file", "the name of a file is missing");
        }
        else if (isOn && name.Contains('/', StringComparison.Ordinal) && !Directory.Exists(Path.GetDirectoryName(file)))
        {
            records.Refuse("file", $"there is no folder {Path.GetDirectoryName(file)}");
        }
        long largest = records.Whole("max_size", 10, 1, 1024);
        int kept = (int)records.Whole("keep", 5, 1, 99);
        records.RefuseUnknown();
        return new RecordsSection(isOn, file, largest << 20, kept);
    }

    private static WatchdogSection ReadWatchdog(TableReader watchdog)
    {
        string? device = watchdog.TextOrNull("device");
        if (device is not null && !device.StartsWith('/'))
        {
            watchdog.Refuse("device", "a full path is wanted, such as \"/dev/watchdog\"");
        }
        watchdog.RefuseUnknown();
        return new WatchdogSection(device);
    }

    private static StickSection ReadStick(TableReader stick)
    {
        string? code = stick.TextOrNull("code");
        if (code is not null && !StickSection.IsCode(code))
        {
            stick.Refuse("code", $"{StickSection.ShortestCode} to 64 letters, digits and -");
            code = null;
        }
        stick.RefuseUnknown();
        return new StickSection(code);
    }

    private RecordingSection ReadRecording(TableReader recording)
    {
        var mode = (RecordMode)recording.Choice("record", ExtensionReader.RecordModes);
        string code = recording.Text("code", RecordingSettings.Off.Code);
        if (code.Length is 0 or > 8 || !code.All(static c => char.IsAsciiDigit(c) || c is '*' or '#'))
        {
            recording.Refuse("code", $"'{code}' can't be dialled during a call; 1 to 8 of 0 to 9, * and #");
        }
        string name = recording.Text("folder", "recordings");
        string folder = Path.Combine(_folder, name);
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal) || File.Exists(folder))
        {
            recording.Refuse("folder", "the name of a folder is missing");
        }
        else if (name.Contains('/', StringComparison.Ordinal)
            && Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder)) is { } parent && !Directory.Exists(parent))
        {
            recording.Refuse("folder", $"there is no folder {parent}");
        }
        long largest = recording.Whole("max_size", 1024, 1, 1 << 20);
        long age = recording.Whole("max_age", 0, 0, 36500);
        recording.RefuseUnknown();
        return new RecordingSection(mode, code, folder, largest << 20, age == 0 ? null : TimeSpan.FromDays(age));
    }

    private List<ExtensionSettings> ReadExtensions(TableReader root, bool takesWeakSecrets)
    {
        List<ExtensionSettings> extensions = [];
        HashSet<string> numbers = new(StringComparer.Ordinal);
        foreach (TableReader section in root.Sections("extension"))
        {
            extensions.Add(new ExtensionReader(section, _secrets, takesWeakSecrets).Read(numbers));
        }
        return extensions;
    }
}
