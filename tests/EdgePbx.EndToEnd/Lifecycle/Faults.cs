using System.Net;
using System.Net.Sockets;

namespace EdgePbx.EndToEnd;

/// <summary>A process that can't go on, whose lamps say why: the published binary with a board whose chip is not there.</summary>
public sealed class Faults : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20); // less than the half minute that it would stay by itself

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgepbx-e2e-fault-");
    private readonly EventLog _log = new();

    private string ConfigFile => Path.Combine(_folder.FullName, "edgepbx.toml");

    [Fact]
    public async Task A_configuration_that_can_not_be_used_is_shown_until_sigterm()
    {
        using ChildProcess pbx = await StartAsync("[sip]\nlisten = [\"udp://127.0.0.1:70000\"]\n");
        pbx.Signal(ChildProcess.Sigterm);
        await pbx.WaitForEndAsync(Limit);
        Assert.Equal(2, pbx.ExitCode);
        Assert.Contains($"{ConfigFile}:2:", pbx.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_put_right_is_tried_again_at_once()
    {
        using ChildProcess pbx = await StartAsync("surprise = 1\n");
        await File.WriteAllTextAsync(ConfigFile, new PbxOptions().ToToml(5060, new PortBlock(10000, 10149)), TestContext.Current.CancellationToken);
        await pbx.WaitForEndAsync(Limit);
        Assert.Equal(2, pbx.ExitCode);
    }

    /// <summary>Here a folder has the name of the file that is written first.</summary>
    [Fact]
    public async Task A_medium_that_takes_no_first_configuration_is_not_a_configuration_with_mistakes()
    {
        _ = Directory.CreateDirectory(ConfigFile + ".new");
        using ChildProcess pbx = await StartAsync(config: null);
        pbx.Signal(ChildProcess.Sigterm);
        await pbx.WaitForEndAsync(Limit);
        Assert.Equal(2, pbx.ExitCode);
        Assert.Contains("\"fault\":\"no first configuration can be written\"", _log.All.Single(e => e.Name == "fault_shown").Text, StringComparison.Ordinal);
    }

    /// <summary>For one whole way of the measurement there are too few files.</summary>
    [Fact]
    public async Task A_board_that_can_not_be_measured_is_said_to_be_that()
    {
        string config = new PbxOptions().ToToml(LoopbackPorts.Take(2).First, LoopbackPorts.Take(150)).Replace("max_calls = 25", "max_calls = \"auto\"", StringComparison.Ordinal);
        using ChildProcess pbx = await StartAsync(config, "prlimit", "--nofile=140");
        pbx.Signal(ChildProcess.Sigterm);
        await pbx.WaitForEndAsync(Limit);
        Assert.Equal(3, pbx.ExitCode);
        Assert.Contains("\"fault\":\"it cannot measure this board\"", _log.All.Single(e => e.Name == "fault_shown").Text, StringComparison.Ordinal);
    }

    /// <summary>poll(2) refuses more descriptors than a process may have: what signalling never expects, done to it from outside.</summary>
    [Fact]
    public Task A_bug_ends_it_with_70_and_the_next_start_says_so() => Pbx.RunAsync(new PbxOptions(), async pbx =>
    {
        (int code, string output) = await ChildProcess.RunAsync("prlimit", ["--nofile=1", "--pid", $"{pbx.ProcessId}"], pbx.Folder, Limit);
        Assert.True(code == 0, output);
        using var phone = new UdpClient();
        _ = phone.Send("\r\n"u8, new IPEndPoint(IPAddress.Loopback, pbx.SipPort)); // it wakes up
        Assert.Equal(70, await pbx.WaitForEndAsync());
        Assert.Equal(1, pbx.Log.Count("thread_failed"));

        await pbx.StartAgainAsync();
        (_, string lamps) = await ChildProcess.RunAsync(Repository.Binary, ["leds", "watch", "--config", pbx.ConfigFile], pbx.Folder, Limit);
        Assert.StartsWith("system: it broke down and was started again", lamps, StringComparison.Ordinal);
        Assert.Equal(1, pbx.Log.Count("broke_down"));
        await pbx.StopAsync();
    });

    /// <summary>With so few descriptors that it has one for everything but the relay's way to the kernel: how many that is, is tried out.</summary>
    [Fact]
    public async Task A_relay_that_can_not_run_ends_it_with_70_and_the_next_start_says_so()
    {
        await File.WriteAllTextAsync(
            ConfigFile, new PbxOptions().ToToml(LoopbackPorts.Take(2).First, LoopbackPorts.Take(150)), TestContext.Current.CancellationToken);
        bool isNoted = false;
        for (int descriptors = 8; descriptors < 40 && !isNoted; descriptors++)
        {
            var log = new EventLog();
            using ChildProcess pbx = ChildProcess.Start(
                "prlimit", [$"--nofile={descriptors}", Repository.Binary, "run", "--config", ConfigFile], _folder.FullName, onOutput: line => log.Add(LogEvent.Parse(line)));
            while (!pbx.HasEnded && log.Count("edgepbx_started") == 0)
            {
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }
            if (pbx.HasEnded && log.All.Any(e => e.Name == "thread_failed" && e.Text.Contains("\"relay\"", StringComparison.Ordinal)))
            {
                Assert.Equal(70, pbx.ExitCode);
                isNoted = new FileInfo(Path.Combine(_folder.FullName, "broke-down")) is { Exists: true, Length: > 0 }; // one descriptor less, and there is none for the note
            }
        }
        Assert.True(isNoted, "no relay has failed, or none has left a note");

        var next = new EventLog();
        using ChildProcess well = ChildProcess.Start(Repository.Binary, ["run", "--config", ConfigFile], _folder.FullName, onOutput: line => next.Add(LogEvent.Parse(line)));
        Assert.True(await next.WaitUntilAsync(all => all.Any(e => e.Name == "edgepbx_started"), Limit), well.Output);
        Assert.Equal(1, next.Count("broke_down"));
        well.Signal(ChildProcess.Sigterm);
        await well.WaitForEndAsync(Limit);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<ChildProcess> StartAsync(string? config, params string[] wrapper)
    {
        if (config is not null)
        {
            await File.WriteAllTextAsync(ConfigFile, config);
        }
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "board.toml"), "chip = \"no-such-chip\"\n[[led]]\nshows = [\"system\", \"calls\", \"timer\", \"network\"]\nline = 1\n");
        string[] command = [.. wrapper, Repository.Binary, "run", .. config is null ? Array.Empty<string>() : ["--config", ConfigFile]];
        ChildProcess pbx = ChildProcess.Start(command[0], command[1..], _folder.FullName, onOutput: line => _log.Add(LogEvent.Parse(line)));
        Assert.True(await _log.WaitUntilAsync(all => all.Any(e => e.Name == "fault_shown"), Limit), pbx.Output);
        return pbx;
    }
}
