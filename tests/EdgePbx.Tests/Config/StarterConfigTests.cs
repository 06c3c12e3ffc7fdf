namespace EdgePbx.Tests;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public class StarterConfigTests
{
    [Fact]
    public void The_file_that_run_writes_passes_the_check()
    {
        var starter = StarterConfig.Create();

        ConfigResult result = ConfigLoader.Parse(starter.ToToml(), "edgepbx.toml", "/folder");

        Assert.Empty(result.Errors);
        Assert.Equal(starter.Accounts.Select(a => (a.Number, a.Name, a.Secret)), result.Config!.Extensions.Select(e => (e.Number, e.Name, e.Secret)));
        Assert.Equal(["1001", "1002", "1003"], starter.Accounts.Select(a => a.Number));
    }

    // an address is an example; so are a device and a network, which a line that is off leaves out
    private static readonly string[] Examples = ["sip.address", "media.address", "watchdog.device", "security.never_ban"];

    public static TheoryData<string, string> SwitchedOff
    {
        get
        {
            var data = new TheoryData<string, string>();
            string section = "";
            foreach (string line in StarterConfig.Create().ToToml().Split('\n'))
            {
                section = line.StartsWith('[') ? line[1..line.IndexOf(']', StringComparison.Ordinal)] : section;
                if (line.StartsWith('#') && line.Contains(" = ", StringComparison.Ordinal))
                {
                    data.Add(section, line);
                }
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(SwitchedOff))]
    public void Every_line_that_is_switched_off_shows_the_default(string section, string line)
    {
        string text = StarterConfig.Create().ToToml();
        string key = line[1..line.IndexOf(" = ", StringComparison.Ordinal)];

        ConfigResult on = ConfigLoader.Parse(text.Replace($"\n{line}\n", $"\n{line[1..]}\n", StringComparison.Ordinal), "edgepbx.toml", "/folder");
        PbxConfig off = ConfigLoader.Parse(text, "edgepbx.toml", "/folder").Config!;

        Assert.Empty(on.Errors);
        Assert.Equal(Examples.Contains($"{section}.{key}"), ToText(off) != ToText(on.Config!));
    }

    [Fact]
    public void What_is_compared_of_two_configurations_is_all_of_them()
    {
        PbxConfig config = ConfigLoader.Parse(StarterConfig.Create().ToToml(), "edgepbx.toml", "/folder").Config!;
        Assert.NotEqual(ToText(config), ToText(config with { Media = config.Media with { Timeout = TimeSpan.FromSeconds(299) } }));
        Assert.NotEqual(ToText(config), ToText(config with { Recording = config.Recording with { LongestAge = TimeSpan.FromDays(1) } }));
    }

    // every property of every section, whoever adds one
    private static string ToText(object? value) => value switch
    {
        null or string or ValueType => $"{value}",
        System.Collections.IEnumerable many => $"[{string.Join(", ", many.Cast<object>().Select(ToText))}]",
        _ => string.Join('\n', value.GetType().GetProperties().Where(property => property.GetIndexParameters().Length == 0)
            .Select(property => $"{property.Name}={ToText(property.GetValue(value))}")),
    };

    [Fact]
    public void No_two_secrets_are_the_same_and_each_is_long()
    {
        string[] secrets = [.. Enumerable.Range(0, 20).SelectMany(_ => StarterConfig.Create().Accounts).Select(a => a.Secret)];

        Assert.Equal(secrets.Length, secrets.Distinct().Count());
        Assert.All(secrets, secret => Assert.Matches("^[a-z2-9]{16}$", secret));
    }

    [Fact]
    public void It_is_readable_by_its_owner_only()
    {
        using var folder = new TemporaryFolder();

        StarterConfig.Create().Write(folder.File("edgepbx.toml"));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File("edgepbx.toml")));
    }

    [Fact]
    public void What_a_power_cut_has_left_of_it_is_in_nobodys_way()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("edgepbx.toml.new"), "[si");

        StarterConfig.Create().Write(folder.File("edgepbx.toml"));

        Assert.Equal(["edgepbx.toml"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
        Assert.NotNull(ConfigLoader.Load(folder.File("edgepbx.toml")).Config);
    }

    [Fact]
    public void Its_socket_is_where_the_supervisor_wants_sockets() => Assert.Equal(
        ("/run/edgepbx/edgepbx.sock", "/folder/edgepbx.sock"),
        (SocketOf(StarterConfig.Create("/run/edgepbx")), SocketOf(StarterConfig.Create())));

    [Fact]
    public void For_a_service_it_writes_where_the_service_may()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("edgepbx.toml");

        (int code, string output, string error) = CommandLineTests.Run("new-config", file, "--service");

        string[] set = [.. File.ReadAllLines(file).Where(line => line.Contains("/edgepbx", StringComparison.Ordinal)).Select(line => line.Split('#')[0].Trim())];
        Assert.Equal((ExitCode.Done, ""), (code, output));
        Assert.Equal(
            ["socket = \"/run/edgepbx/edgepbx.sock\"", "file = \"/var/lib/edgepbx/calls.jsonl\"", "folder = \"/var/lib/edgepbx/recordings\""], set);
        Assert.All(new[] { "1001", "1002", "1003" }, number => Assert.Contains($" {number} ", error, StringComparison.Ordinal));
    }

    /// <summary>Only the image looks at sticks: whoever read of a code on another machine would try.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_code_for_sticks_is_only_where_sticks_are_heard(bool isForService)
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("edgepbx.toml");

        (_, _, string error) = CommandLineTests.Run(["new-config", file, .. isForService ? ["--service"] : Array.Empty<string>()]);

        StarterConfig starter = isForService ? StarterConfig.Create(hearsSticks: false) : StarterConfig.Create();
        PbxConfig config = ConfigLoader.Parse(starter.ToToml(), "edgepbx.toml", folder.Path).Config!;
        Assert.Equal((!isForService, !isForService), (error.Contains("stick", StringComparison.Ordinal), File.ReadAllText(file).Contains("stick", StringComparison.Ordinal)));
        Assert.Equal(starter.StickCode, config.Stick.Code);
        Assert.Equal(isForService, config.Stick.Code is null);
    }

    [Fact]
    public void A_configuration_that_exists_is_not_written_over()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("edgepbx.toml"), "mine");

        (int code, _, string error) = CommandLineTests.Run("new-config", folder.File("edgepbx.toml"));

        Assert.Equal((ExitCode.Configuration, "mine"), (code, File.ReadAllText(folder.File("edgepbx.toml"))));
        Assert.Contains("cannot be written", error, StringComparison.Ordinal);
    }

    private static string SocketOf(StarterConfig starter) => ConfigLoader.Parse(starter.ToToml(), "edgepbx.toml", "/folder").StatusSocket!;

    [Fact]
    public void An_existing_file_is_never_touched()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("edgepbx.toml"), "mine");

        Assert.ThrowsAny<IOException>(() => StarterConfig.Create().Write(folder.File("edgepbx.toml")));
        Assert.Equal("mine", File.ReadAllText(folder.File("edgepbx.toml")));
    }
}
