using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx.Tests;

public class ConfigLoaderTests
{
    [Fact]
    public void An_empty_file_gives_the_defaults()
    {
        PbxConfig config = Load("");

        Assert.Equal(["udp://0.0.0.0:5060", "tcp://0.0.0.0:5060"], config.Sip.Listen.Select(u => u.ToString()));
        Assert.Equal(("edgepbx", TimeSpan.FromSeconds(60)), (config.Sip.Realm, config.Sip.RingTimeout));
        Assert.Equal(new SessionTimerSection(TimeSpan.FromSeconds(1800), TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(1800), IsLab: false), config.SessionTimer);
        Assert.Equal(new MediaSection(10000, 10999, default, 100) { Timeout = TimeSpan.FromMinutes(5) }, config.Media);
        Assert.Equal(new LimitsSection(Memory: null), config.Limits);
        Assert.Equal(new LogSection(LogFormat.Auto, LogLevel.Information), config.Log);
        Assert.Equal("/folder/edgepbx.sock", config.Status.Socket);
        Assert.Equal(new RecordsSection(IsOn: true, "/folder/calls.jsonl", 10 << 20, 5), config.Records);
        Assert.Equal(new RecordingSection(RecordMode.Never, "*1", "/folder/recordings", 1L << 30, LongestAge: null), config.Recording);
        Assert.False(config.MayRecord);
        Assert.Empty(config.Extensions);
    }

    [Fact]
    public void Every_key_is_read()
    {
        PbxConfig config = Load("""
            [sip]
            listen = ["udp://[::1]:5070", "tcp://127.0.0.1:5071"]
            realm = "pbx.example"
            address = "192.0.2.10"
            ring_timeout = 20
            [session_timer]
            interval = 600
            minimum = 120
            watch = 900
            [media]
            ports = "20000-20011"
            address = "2001:db8::1"
            max_calls = 2
            timeout = 0
            io = "epoll"
            [log]
            format = "text"
            level = "warning"
            [status]
            socket = "/run/edgepbx/status.sock"
            [records]
            enabled = false
            file = "/var/lib/edgepbx/calls.jsonl"
            max_size = 1
            keep = 9
            [recording]
            record = "on-demand"
            code = "**5"
            folder = "/var/recordings"
            max_size = 2
            max_age = 30
            [[extension]]
            number = "1001"
            name = "Reception"
            secret = "hush-hush"
            [[extension]]
            number = "1002"
            secret = "pssst-pssst"
            record = "always"
            digest = "no-qop"
            max_calls = 4
            share = "all"
            [limits]
            calls_per_extension = 7
            [security]
            never_ban = ["192.0.2.0/24", "2001:db8::1"]
            """);

        Assert.Equal(["udp://[::1]:5070", "tcp://127.0.0.1:5071"], config.Sip.Listen.Select(u => u.ToString()));
        Assert.Equal(new RecordingSection(RecordMode.OnDemand, "**5", "/var/recordings", 2 << 20, TimeSpan.FromDays(30)), config.Recording);
        Assert.Equal([null, RecordMode.Always], config.Extensions.Select(one => one.Record));
        Assert.True(config.MayRecord);
        Assert.Equal("192.0.2.10", config.Sip.Address.ToString());
        Assert.Equal("2001:db8::1", config.Media.Address.ToString());
        Assert.Equal((20000, 20011, 2, MediaIoKind.Epoll), (config.Media.FirstPort, config.Media.LastPort, config.Media.MaxCalls, config.Media.Io));
        Assert.Equal(new LogSection(LogFormat.Text, LogLevel.Warning), config.Log);
        Assert.Equal("/run/edgepbx/status.sock", config.Status.Socket);
        Assert.Equal(new RecordsSection(IsOn: false, "/var/lib/edgepbx/calls.jsonl", 1 << 20, 9), config.Records);

        PbxSettings settings = config.ToPbxSettings();
        Assert.Equal("pbx.example", settings.Realm);
        Assert.Equal(TimeSpan.FromSeconds(20), settings.RingTimeout);
        Assert.Equal(TimeSpan.FromSeconds(600), settings.SessionInterval);
        Assert.Equal(TimeSpan.FromSeconds(120), settings.SessionMinimum);
        Assert.Equal(TimeSpan.FromSeconds(900), settings.WatchInterval);
        Assert.Equal((2, 7, 6), (settings.MaxCalls, settings.CallsPerExtension, settings.MediaPaths));
        Assert.Equal(["192.0.2.0/24", "2001:db8::1/128"], settings.NeverBan!.Select(network => network.ToString()));
        Assert.Null(settings.MediaTimeout);
        Assert.Equal(
            [new ExtensionSettings("1001", "Reception", "hush-hush"), new ExtensionSettings("1002", "1002", "pssst-pssst") { Record = RecordMode.Always, Digest = DigestRule.NoQop, MaxCalls = 4, MayTakeAll = true }],
            settings.Extensions);
    }

    [Fact]
    public void Dotted_keys_and_inline_tables_say_the_same()
    {
        PbxConfig config = Load("sip.realm = \"a\"\nmedia = { max_calls = 7 }\nextension = [{ number = \"1\", secret = \"hush-hush\" }]\n");

        Assert.Equal(("a", 7, "1"), (config.Sip.Realm, config.Media.MaxCalls, config.Extensions[0].Number));
    }

    [Fact]
    public void Lab_mode_allows_short_sessions_and_ports_that_the_system_chooses()
    {
        PbxConfig config = Load("[session_timer]\nlab = true\nminimum = 2\ninterval = 4\n[sip]\nlisten = [\"udp://127.0.0.1:0\"]\n");

        Assert.True(config.SessionTimer.IsLab);
        Assert.Equal(TimeSpan.FromSeconds(2), config.SessionTimer.Minimum);
        Assert.Equal(0, config.Sip.Listen[0].Endpoint.Port);
    }

    [Fact]
    public void A_secret_file_is_read_without_its_line_end()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("1001.secret"), "from a file\n");

        ConfigResult result = ConfigLoader.Parse("[[extension]]\nnumber = \"1001\"\nsecret_file = \"1001.secret\"\n", "f.toml", folder.Path);

        Assert.Equal("from a file", Assert.Single(result.Config!.Extensions).Secret);
    }

    [Fact]
    public void A_configuration_that_is_printed_shows_no_secret() =>
        Assert.DoesNotContain("hush", Load("[[extension]]\nnumber = \"1\"\nsecret = \"hush-hush\"\n").Extensions[0].ToString());

    [Fact]
    public void The_status_socket_is_known_even_when_something_else_is_wrong()
    {
        ConfigResult result = ConfigLoader.Parse("[sip]\nring_timeout = 0\n[status]\nsocket = \"s.sock\"\n", "f.toml", "/folder");

        Assert.Null(result.Config);
        Assert.Equal("/folder/s.sock", result.StatusSocket);
    }

    [Fact]
    public void Automatic_calls_are_those_that_were_measured_as_far_as_the_ports_reach()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, Calls(""));
        Assert.True(MeasuredCalls.TryWrite(folder.Path, 120));
        Assert.Equal(120, Calls(""));
        Assert.Equal(50, Calls("ports = \"20000-20299\""));

        int Calls(string ports)
        {
            ConfigResult result = ConfigLoader.Parse($"[media]\nmax_calls = \"auto\"\n{ports}\n", "f.toml", folder.Path);
            Assert.Empty(result.Errors);
            return result.Config!.Media.MaxCalls;
        }
    }

    private static PbxConfig Load(string toml)
    {
        ConfigResult result = ConfigLoader.Parse(toml, "f.toml", "/folder");
        Assert.Empty(result.Errors);
        return result.Config!;
    }
}
