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

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<ChildProcess> StartAsync(string config)
    {
        await File.WriteAllTextAsync(ConfigFile, config);
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "board.toml"), "chip = \"no-such-chip\"\n[[led]]\nshows = [\"system\", \"calls\", \"timer\", \"network\"]\nline = 1\n");
        ChildProcess pbx = ChildProcess.Start(
            Repository.Binary, ["run", "--config", ConfigFile], _folder.FullName, onOutput: line => _log.Add(LogEvent.Parse(line)));
        Assert.True(await _log.WaitUntilAsync(all => all.Any(e => e.Name == "fault_shown"), Limit), pbx.Output);
        return pbx;
    }
}
