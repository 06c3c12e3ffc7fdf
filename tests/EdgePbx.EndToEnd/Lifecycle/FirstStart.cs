using System.Text.RegularExpressions;

namespace EdgePbx.EndToEnd;

/// <summary>The first two commands of a newcomer: start it without a configuration, type an account into a phone.</summary>
public sealed partial class FirstStart
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    // the first configuration listens on port 5060: a network of its own, where the machine allows it, so that nothing else can hold it
    [Fact]
    public async Task Run_without_a_configuration_writes_one_whose_accounts_work()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("edgepbx-e2e-first-");
        var log = new EventLog();
        string[] wrapper = await NetworkOfItsOwnAsync();
        using ChildProcess pbx = ChildProcess.Start(
            wrapper.FirstOrDefault() ?? Repository.Binary, [.. wrapper.Skip(1), .. wrapper.Length > 0 ? [Repository.Binary] : Array.Empty<string>(), "run"],
            folder.FullName, onOutput: line => log.Add(LogEvent.Parse(line)));
        Assert.True(await log.WaitUntilAsync(all => all.Count(e => e.Name == "listening") >= 2, Limit), pbx.Output);

        // what a start takes is less than makes the runtime collect garbage, which would keep the first phone waiting
        (_, string status) = await ChildProcess.RunAsync(Repository.Binary, ["status", "--json"], folder.FullName, Limit);
        Assert.Equal((0, 0, 0), (PbxStatus.Parse(status).Counter("collections_gen0"), PbxStatus.Parse(status).Counter("collections_gen1"), PbxStatus.Parse(status).Counter("collections_gen2")));

        string file = Path.Combine(folder.FullName, "edgepbx.toml");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Match account = PrintedAccount().Match(pbx.Output);
        Assert.True(account.Success, $"no account was printed:\n{pbx.Output}");
        string[] inside = wrapper.Length > 0 ? ["nsenter", "--net", "--target", $"{pbx.Id}"] : ["env"];
        string[] register =
        [
            "python3", Path.Combine(Repository.Clients, "sipp_cases.py"), "--only", "register", "--server", "127.0.0.1:5060",
            "--caller", $"{account.Groups["number"].Value}:{account.Groups["secret"].Value}", "--ports", LoopbackPorts.Take(40).ToString(),
        ];
        (int code, string output) = await ChildProcess.RunAsync(inside[0], [.. inside.Skip(1), .. register], folder.FullName, Limit);
        Assert.True(code == 0, output);
        Assert.DoesNotContain(log.All, e => e.Text.Contains(account.Groups["secret"].Value, StringComparison.Ordinal));

        pbx.Signal(ChildProcess.Sigterm);
        await pbx.WaitForEndAsync(Limit);
        Assert.Equal(0, pbx.ExitCode);
        folder.Delete(recursive: true);
    }

    private static async Task<string[]> NetworkOfItsOwnAsync()
    {
        string[] wrapper = ["unshare", "--net", "sh", "-c", "ip link set lo up && exec \"$0\" \"$@\""];
        (int code, _) = await ChildProcess.RunAsync(wrapper[0], [.. wrapper[1..], "true"], Path.GetTempPath(), Limit);
        return code == 0 ? wrapper : [];
    }

    [GeneratedRegex(@"^ *Reception +\S+ +(?<number>\d+) +(?<secret>\S+)", RegexOptions.Multiline)]
    private static partial Regex PrintedAccount();
}
