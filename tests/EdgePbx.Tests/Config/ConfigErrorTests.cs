namespace EdgePbx.Tests;

public class ConfigErrorTests
{
    [Theory]
    [InlineData("[sip]\nrelm = \"x\"", "f.toml:2:1: sip.relm: there is no such key; did you mean realm?")]
    [InlineData("[spi]\nrealm = \"x\"", "f.toml:1:1: spi: there is no such key; did you mean sip?")]
    [InlineData("wibble = 1", "f.toml:1:1: wibble: there is no such key")]
    [InlineData("[sip]\nrealm = 7", "f.toml:2:9: sip.realm: text is wanted here, not a whole number")]
    [InlineData("[sip]\nrealm = \"\"", "f.toml:2:9: sip.realm: 1 to 64 plain characters without \" and \\")]
    [InlineData("[sip]\nrealm = 'a\"b'", "f.toml:2:9: sip.realm: 1 to 64 plain characters without \" and \\")]
    [InlineData("[sip]\nring_timeout = \"60\"", "f.toml:2:16: sip.ring_timeout: a whole number is wanted here, not text")]
    [InlineData("[sip]\nring_timeout = 1.5", "f.toml:2:16: sip.ring_timeout: a whole number is wanted here, not a number with a fraction")]
    [InlineData("[sip]\nring_timeout = 2026-01-01", "f.toml:2:16: sip.ring_timeout: a whole number is wanted here, not a date")]
    [InlineData("[sip]\nring_timeout = 0", "f.toml:2:16: sip.ring_timeout: 0 is out of range (1 to 3600)")]
    [InlineData("[sip]\naddress = \"pbx.example\"", "f.toml:2:11: sip.address: 'pbx.example' is not an IP address")]
    [InlineData("[media]\naddress = \"0.0.0.0\"",
        "f.toml:2:11: media.address: '0.0.0.0' means every address; name the one that phones can reach, or leave the key out")]
    [InlineData("[limits]\nmemory = 15", "f.toml:2:10: limits.memory: 15 is out of range (16 to 4096)")]
    [InlineData("[limits]\nmemory = 4097", "f.toml:2:10: limits.memory: 4097 is out of range (16 to 4096)")]
    [InlineData("[limits]\nmemory = \"much\"", "f.toml:2:10: limits.memory: a whole number or \"auto\" is wanted here, not text")]
    [InlineData("[limits]\nmemroy = 64", "f.toml:2:1: limits.memroy: there is no such key; did you mean memory?")]
    [InlineData("sip = 1", "f.toml:1:1: sip: a section is wanted here: [sip]")]
    [InlineData("[security]\nnever_ban = [\"office\"]",
        "f.toml:2:14: security.never_ban[0]: 'office' is neither a network, such as \"192.0.2.0/24\", nor an IP address")]
    [InlineData("[security]\nnever_ban = [\"192.0.2.0/24\", 5]", "f.toml:2:30: security.never_ban[1]: text is wanted here, not a whole number")]
    [InlineData("[security]\nnever_ban = \"192.0.2.0/24\"", "f.toml:2:13: security.never_ban: a list is wanted here, not text")]
    [InlineData("[security]\nneverban = []", "f.toml:2:1: security.neverban: there is no such key; did you mean never_ban?")]
    [InlineData("[sip]\ndigest = \"md5\"", "f.toml:2:10: sip.digest: 'md5' is not one of any, sha-256")]
    [InlineData("[sip]\ndigest = \"no-qop\"", "f.toml:2:10: sip.digest: 'no-qop' is not one of any, sha-256")]
    [InlineData("[limits]\ncalls_per_extension = 0", "f.toml:2:23: limits.calls_per_extension: 0 is out of range (1 to 5000)")]
    [InlineData("[limits]\ncalls_per_extension = \"all\"",
        "f.toml:2:23: limits.calls_per_extension: a whole number or \"fair\" is wanted here, not text")]
    public void Keys_types_and_ranges(string toml, string expected) => Assert.Equal([expected], ErrorsOf(toml));

    [Theory]
    [InlineData("\"udp://0.0.0.0:70000\"", "2:11: sip.listen[0]: 70000 is not a port (1 to 65535)")]
    [InlineData("\"udp://0.0.0.0:0\"", "2:11: sip.listen[0]: 0 is not a port (1 to 65535)")]
    [InlineData("\"udp://0.0.0.0:-1\"", "2:11: sip.listen[0]: -1 is not a port (1 to 65535)")]
    [InlineData("\"udp://0.0.0.0\"", "2:11: sip.listen[0]: the port is missing; write it like \"udp://0.0.0.0:5060\"")]
    [InlineData("\"udp://[::]\"", "2:11: sip.listen[0]: the port is missing; write it like \"udp://0.0.0.0:5060\"")]
    [InlineData("\"tls://0.0.0.0:5061\"", "2:11: sip.listen[0]: 'tls' is not a transport; there are udp and tcp")]
    [InlineData("\"0.0.0.0:5060\"", "2:11: sip.listen[0]: not a listening address; write it like \"udp://0.0.0.0:5060\"")]
    [InlineData("\"udp://:::5060\"", "2:11: sip.listen[0]: '::' is not an address; write 0.0.0.0 for all IPv4, [::] for all IPv6")]
    [InlineData("\"udp://localhost:5060\"",
        "2:11: sip.listen[0]: 'localhost' is not an address; write 0.0.0.0 for all IPv4, [::] for all IPv6")]
    [InlineData("\"udp://127.0.0.1:5060\", 5060", "2:35: sip.listen[1]: text is wanted here, not a whole number")]
    [InlineData("\"udp://127.0.0.1:5060\", \"udp://127.0.0.1:5060\"", "2:35: sip.listen[1]: udp://127.0.0.1:5060 is listed twice")]
    [InlineData("", "2:10: sip.listen: at least one address to listen on, such as \"udp://0.0.0.0:5060\"")]
    public void Listening_addresses(string urls, string expected) =>
        Assert.Equal(["f.toml:" + expected], ErrorsOf($"[sip]\nlisten = [{urls}]"));

    [Theory]
    [InlineData("minimum = 30", "2:11: session_timer.minimum: 30 is below 90, the least that RFC 4028 allows (lab = true for tests)")]
    [InlineData("watch = 89", "2:9: session_timer.watch: 89 is below 90, the least that RFC 4028 allows (lab = true for tests)")]
    [InlineData("interval = 80", "2:12: session_timer.interval: 80 is below minimum, which is 90")]
    [InlineData("interval = 86401", "2:12: session_timer.interval: 86401 is out of range (1 to 86400)")]
    [InlineData("lab = 1", "2:7: session_timer.lab: true or false is wanted here, not a whole number")]
    public void Session_timers(string line, string expected) => Assert.Equal(["f.toml:" + expected], ErrorsOf($"[session_timer]\n{line}"));

    [Theory]
    [InlineData("ports = \"10000\"", "2:9: media.ports: '10000' is not a range of ports; write it like \"10000-10999\"")]
    [InlineData("ports = \"a-b\"", "2:9: media.ports: 'a-b' is not a range of ports; write it like \"10000-10999\"")]
    [InlineData("ports = \"10000-70001\"", "2:9: media.ports: 70001 is not a port; the highest is 65535")]
    [InlineData("ports = \"11000-10999\"", "2:9: media.ports: the first port, 11000, is above the last, 10999")]
    [InlineData("ports = \"10001-10999\"", "2:9: media.ports: the first port must be even, 10001 is odd")]
    [InlineData("ports = \"10000-11000\"", "2:9: media.ports: the last port must be odd, 11000 is even")]
    [InlineData("ports = \"80-1999\"", "2:9: media.ports: ports below 1024 belong to the system; 80 is one")]
    [InlineData("ports = \"10000-10597\"",
        "2:9: media.ports: 598 ports are too few for max_calls = 100, which needs 600 (6 a call)")]
    [InlineData("max_calls = 167", "1:1: media.ports: 1000 ports are too few for max_calls = 167, which needs 1002 (6 a call)")]
    [InlineData("timeout = 9", "2:11: media.timeout: 9 s are too short: whoever is muted may be silent for so long; 0 means never")]
    [InlineData("max_calls = \"car\"", "2:13: media.max_calls: a whole number or \"auto\" is wanted here, not text")]
    [InlineData("io = \"uring\"", "2:6: media.io: 'uring' is not one of auto, epoll, io_uring")]
    [InlineData("max_calls = 0", "2:13: media.max_calls: 0 is out of range (1 to 5000)")]
    public void Media_ports(string line, string expected) => Assert.Equal(["f.toml:" + expected], ErrorsOf($"[media]\n{line}"));

    [Theory]
    [InlineData("[log]\nlevel = \"dbug\"", "2:9: log.level: 'dbug' is not one of info, trace, debug, warning, error; did you mean debug?")]
    [InlineData("[log]\nformat = \"xml\"", "2:10: log.format: 'xml' is not one of auto, json, text")]
    [InlineData("[status]\nsocket = \"run/\"", "2:10: status.socket: the name of a socket is missing")]
    [InlineData("[records]\nfile = \"\"", "2:8: records.file: the name of a file is missing")]
    [InlineData("[records]\nfile = \"a\\u0000b\"", "2:8: records.file: the name of a file is missing")]
    [InlineData("[records]\nfile = \"/no-such-folder/calls.jsonl\"", "2:8: records.file: there is no folder /no-such-folder")]
    [InlineData("[recording]\nrecord = \"allways\"", "2:10: recording.record: 'allways' is not one of never, on-demand, always; did you mean always?")]
    [InlineData("[recording]\ncode = \"R1\"", "2:8: recording.code: 'R1' can't be dialled during a call; 1 to 8 of 0 to 9, * and #")]
    [InlineData("[recording]\ncode = \"\"", "2:8: recording.code: '' can't be dialled during a call; 1 to 8 of 0 to 9, * and #")]
    [InlineData("[recording]\nfolder = \"/no-such-folder/calls\"", "2:10: recording.folder: there is no folder /no-such-folder")]
    [InlineData("[recording]\nfolder = \"\"", "2:10: recording.folder: the name of a folder is missing")]
    [InlineData("[recording]\nmax_size = 0", "2:12: recording.max_size: 0 is out of range (1 to 1048576)")]
    [InlineData("[recording]\nmax_age = -1", "2:11: recording.max_age: -1 is out of range (0 to 36500)")]
    [InlineData("[[extension]]\nnumber = \"1\"\nsecret = \"hush-hush\"\nrecord = true", "4:10: extension[0].record: text is wanted here, not true or false")]
    public void Log_and_status(string toml, string expected) => Assert.Equal(["f.toml:" + expected], ErrorsOf(toml));

    [Fact]
    public void A_socket_path_that_the_kernel_can_not_take() =>
        Assert.Equal(
            ["f.toml:2:10: status.socket: the path with its folder is longer than 103 bytes"],
            ErrorsOf($"[status]\nsocket = \"{new string('s', 108)}\""));

    [Theory]
    [InlineData("number = \"1\"", "1:1: extension[0].secret: missing; give secret or secret_file")]
    [InlineData("secret = \"hush-hush\"", "1:1: extension[0].number: missing; what others dial, such as \"1001\"")]
    [InlineData("number = \"1\"\nsecret = \"abc\"", "3:10: extension[0].secret: the secret has fewer than 8 characters")]
    [InlineData("number = \"1\"\nsecret = \"\"", "3:10: extension[0].secret: the secret has fewer than 8 characters")]
    [InlineData("number = \"1\"\nsecret = \"abcdefg\\nhij\"", "3:10: extension[0].secret: the secret has a control character or a second line in it")]
    [InlineData("number = \"1\"\nsecret = \"hush-hush\"\nsecret_file = \"x\"", "4:15: extension[0].secret_file: give secret or secret_file, not both")]
    [InlineData("number = \"1\"\nsecret_file = \"absent\"", "3:15: extension[0].secret_file: 'absent': there is no such file")]
    [InlineData("number = 1001\nsecret = \"hush-hush\"", "2:10: extension[0].number: text is wanted here, not a whole number")]
    [InlineData("number = \"10 01\"\nsecret = \"hush-hush\"",
        "2:10: extension[0].number: '10 01' is not a number; 1 to 32 digits, letters or - _ . + *")]
    [InlineData("number = \"1\"\nname = \"a\\tb\"\nsecret = \"hush-hush\"", "3:8: extension[0].name: at most 64 characters, no control characters")]
    [InlineData("number = \"1\"\nsercet = \"hush-hush\"\nsecret = \"hush-hush\"", "3:1: extension[0].sercet: there is no such key; did you mean secret?")]
    [InlineData("number = \"1\"\nsecret = \"hush-hush\"\ndigest = \"md5\"", "4:10: extension[0].digest: 'md5' is not one of any, sha-256, no-qop")]
    [InlineData("number = \"1\"\nsecret = \"hush-hush\"\nmax_calls = 0", "4:13: extension[0].max_calls: 0 is out of range (1 to 5000)")]
    [InlineData("number = \"1\"\nsecret = \"hush-hush\"\nshare = \"half\"", "4:9: extension[0].share: 'half' is not one of fair, all; did you mean all?")]
    public void Extensions(string lines, string expected) => Assert.Equal(["f.toml:" + expected], ErrorsOf($"[[extension]]\n{lines}"));

    [Theory, Trait("Clause", "SEC-20"), Trait("Clause", "SEC-05")]
    [InlineData("1001", "1001", "the secret has fewer than 8 characters")]
    [InlineData("1001", "abcdefg", "the secret has fewer than 8 characters")]
    [InlineData("1001", "10011001", "the secret contains the number, which whoever guesses tries first")]
    [InlineData("1001", "secret-1001", "the secret contains the number, which whoever guesses tries first")]
    [InlineData("1001", "vu7n2k1001qs5tzbx3ma", "the secret contains the number, which whoever guesses tries first")]
    [InlineData("Desk", "my-dESK-is-here", "the secret contains the number, which whoever guesses tries first")]
    [InlineData("7", "77777777", "the secret contains the number, which whoever guesses tries first")]
    [InlineData("12", "12121212abcdefg", "the secret contains the number, which whoever guesses tries first")]
    [InlineData("7", "vu7n2kqs5tzbx3ma", "")]
    [InlineData("1001", "abcdefgh", "")]
    public void A_secret_that_is_soon_guessed_is_a_mistake_except_in_a_laboratory_and_where_it_worked_before(string number, string secret, string problem)
    {
        string text = $"[[extension]]\nnumber = \"{number}\"\nsecret = \"{secret}\"\n";
        string[] expected = problem.Length == 0 ? [] : [$"f.toml:3:10: extension[0].secret: {problem}"];
        Assert.Equal(expected, ErrorsOf(text));
        Assert.Empty(ErrorsOf($"{text}[session_timer]\nlab = true\n"));
        Assert.NotNull(ConfigLoader.Parse(text, "f.toml", "/", takesWeakSecrets: true).Config);
        Assert.Single(ErrorsOf(text.Replace(secret, "abc", StringComparison.Ordinal) + "[session_timer]\nlab = true\n"));

        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("s"), secret + "\n");
        string named = text.Replace($"secret = \"{secret}\"", "secret_file = \"s\"", StringComparison.Ordinal);
        Assert.Equal(problem.Length == 0 ? 0 : 1, ConfigLoader.Parse(named, "f.toml", folder.Path).Errors.Count);
    }

    /// <summary>The rule came after the box: its phones go on, and it is said at each start.</summary>
    [Fact, Trait("Clause", "SEC-20")]
    public void A_box_that_works_with_weak_secrets_goes_on_and_says_so()
    {
        using var folder = new TemporaryFolder();
        string config = folder.File("edgepbx.toml");
        File.WriteAllText(config, "[[extension]]\nnumber = \"1001\"\nsecret = \"1001\"\n");
        var file = new ConfigFile(config, new LastGoodConfig(config + ".good"));
        Assert.Null(file.Load(out IReadOnlyList<ConfigError> errors));
        Assert.Single(errors);
        Assert.True(file.TryKeep(ConfigLoader.Load(config, takesWeakSecrets: true).Source!, out _)); // as a former version did
        Assert.Equal([$"{config}:3:10: extension[0].secret: the secret has fewer than 8 characters"], file.Load(out _)!.Problems);
        Assert.Null(file.LoadFile(static () => true).Config); // and a reload takes none
    }

    [Theory, Trait("Clause", "SEC-20"), System.Runtime.Versioning.SupportedOSPlatform("linux")]
    [InlineData(384, "")]
    [InlineData(416, "")]
    [InlineData(432, "")]
    [InlineData(388, "read")]
    [InlineData(386, "write")]
    [InlineData(438, "read and write")]
    public void A_file_of_secrets_that_everybody_can_get_at_is_warned_of(int rights, string what)
    {
        using var folder = new TemporaryFolder();
        string[] files = [folder.File("edgepbx.toml"), folder.File("s")];
        File.WriteAllText(files[0], "[[extension]]\nnumber = \"1001\"\nsecret_file = \"s\"\n");
        File.WriteAllText(files[1], "vu7n2kqs5tzbx3ma\n");
        Array.ForEach(files, file => File.SetUnixFileMode(file, (UnixFileMode)rights));
        using StringWriter output = new(), error = new();

        Assert.Equal(ExitCode.Done, CheckConfigVerb.Run(files[0], null, output, error));
        Assert.DoesNotContain("everybody", $"{error}", StringComparison.Ordinal); // nobody passes through the folder
        File.SetUnixFileMode(folder.Path, (UnixFileMode)493);
        Assert.Equal(ExitCode.Done, CheckConfigVerb.Run(files[0], null, output, error));

        Assert.All(files, file => Assert.Equal(what.Length > 0, $"{error}".Contains($"{file}: everybody on this machine may {what} it, ", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_same_number_twice() =>
        Assert.Equal(
            ["f.toml:5:10: extension[1].number: 1001 is taken by an extension above"],
            ErrorsOf("[[extension]]\nnumber = \"1001\"\nsecret = \"hush-hush\"\n[[extension]]\nnumber = \"1001\"\nsecret = \"hush-hush\""));

    [Theory]
    [InlineData("[extension]\nnumber = \"1\"", "f.toml:1:1: extension: each one starts with [[extension]], in double brackets")]
    [InlineData("extension = [1]", "f.toml:1:14: extension[0]: a section is wanted here, not a whole number")]
    public void An_extension_that_is_no_list_of_sections(string toml, string expected) => Assert.Equal([expected], ErrorsOf(toml));

    [Theory]
    [InlineData("[sip]\nrealm = \n", "f.toml:2:9: not valid TOML: the value is missing")]
    [InlineData("[sip]\nrealm \"x\"\n", "f.toml:2:7: not valid TOML: = is missing after the key")]
    [InlineData("[sip]\nrealm = \"x\n", "f.toml:2:11: not valid TOML: the closing quote is missing")]
    [InlineData("[sip]\nrealm = \"a\\qb\"\n", "f.toml:2:12: not valid TOML: no such escape; write \\\\ for one backslash")]
    [InlineData("[sip]\nring_timeout = 99999999999999999999\n", "f.toml:2:16: not valid TOML: not a number that fits here")]
    [InlineData("[sip]\nrealm = edge\n", "f.toml:2:9: not valid TOML: one key = value a line, text in \"quotes\"")]
    [InlineData("[sip]\nrealm = \"a\"\nrealm = \"b\"\n", "f.toml:3:1: sip.realm: written twice, first in line 2")]
    [InlineData("[sip]\n[media]\n[sip]\n", "f.toml:3:1: sip: written twice, first in line 1")]
    public void What_is_not_toml_is_reported_in_the_same_format(string toml, string expected) => Assert.Equal([expected], ErrorsOf(toml));

    [Fact]
    public void All_errors_come_at_once_in_the_order_of_the_file()
    {
        string[] errors = ErrorsOf("""
            surprise = true
            [log]
            level = 1
            [sip]
            ring_timeout = 0
            listen = ["udp://x:1", "udp://127.0.0.1:99999"]
            [[extension]]
            number = "1001"
            """);

        Assert.Equal(
            ["1:1: surprise", "3:9: log.level", "5:16: sip.ring_timeout", "6:11: sip.listen[0]", "6:24: sip.listen[1]", "7:1: extension[0].secret"],
            errors.Select(e => string.Join(':', e.Split(':')[1..4])));
    }

    [Fact]
    public void An_error_never_shows_a_secret()
    {
        const string Secret = "Tr0ub4dor";
        string[] broken =
        [
            $"[[extension]]\nnumber = \"1\"\nsecret = {Secret}\n",
            $"[[extension]]\nnumber = \"1\"\nsecret = \"{Secret}\"\nsecret = \"{Secret}\"\n",
            $"[[extension]]\nnumber = \"1\"\nsecret = \"{Secret}\n",
            $"[[extension]]\nnumber = \"1\"\nsecret = \"{Secret}\\u0001\"\n",
            $"[[extension]]\nsecret \"{Secret}\"\n",
            $"[[extension]]\nsecret = \"\"\"{Secret}\n{Secret}\"\"\n",
            $"[[extension]]\nnumber = \"1\"\nsecret = [\"{Secret}\"]\n",
            $"[[extension]]\nnumber = \"1\"\nsercet = \"{Secret}\"\n",
            $"extension = [{{ number = \"1\", secret = {Secret} }}]\n",
        ];

        foreach (string toml in broken)
        {
            string[] errors = ErrorsOf(toml);
            Assert.NotEmpty(errors);
            Assert.All(errors, error => Assert.DoesNotContain(Secret, error, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public void A_file_that_is_not_there() =>
        Assert.Equal(["absent.toml: there is no such file"], ConfigLoader.Load("absent.toml").Errors.Select(e => e.ToString()));

    [Fact]
    public void A_file_that_is_not_text()
    {
        string file = Path.GetTempFileName();
        File.WriteAllBytes(file, [0x73, 0xff, 0xfe, 0x00]);

        Assert.Equal([$"{file}: not UTF-8 text"], ConfigLoader.Load(file).Errors.Select(e => e.ToString()));
        File.Delete(file);
    }

    [Theory]
    [InlineData("realm", "relam", 1)]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    public void Distance_counts_edits(string a, string b, int edits)
    {
        Assert.Equal(edits, NearestWord.Distance(a, b));
        Assert.Equal(edits, NearestWord.Distance(b, a));
    }

    private static string[] ErrorsOf(string toml)
    {
        ConfigResult result = ConfigLoader.Parse(toml, "f.toml", "/");
        Assert.Equal(result.Errors.Count == 0, result.Config is not null);
        return [.. result.Errors.Select(e => e.ToString())];
    }
}
