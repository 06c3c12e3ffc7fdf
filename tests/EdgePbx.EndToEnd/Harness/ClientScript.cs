namespace EdgePbx.EndToEnd;

/// <summary>A script of tests/clients at work against one PBX.</summary>
internal sealed class ClientScript : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(240);

    private readonly ChildProcess _process;
    private readonly string _folder;

    private ClientScript(string script, EdgePbxProcess pbx, string[] arguments)
    {
        _folder = Directory.CreateTempSubdirectory("edgepbx-e2e-clients-").FullName;
        _process = ChildProcess.Start("python3", [
            Path.Combine(Repository.Clients, script), "--server", pbx.Server, "--domain", PbxOptions.Realm, "--out", _folder,
            "--caller", PbxOptions.Caller.ToString(), "--callee", PbxOptions.Callee.ToString(),
            "--ports", LoopbackPorts.Take(120).ToString(), .. arguments], _folder);
    }

    public static ClientScript Start(string script, EdgePbxProcess pbx, params string[] arguments) => new(script, pbx, arguments);

    /// <summary>A call in which both phones talk in tones until they are told to end.</summary>
    public static ClientScript Talk(EdgePbxProcess pbx) => Start("talking_call.py", pbx);

    /// <summary>A call that is up until <see cref="HangUpAsync"/>, however long that takes.</summary>
    public static async Task<ClientScript> HoldCallAsync(EdgePbxProcess pbx)
    {
        ClientScript call = Start("raw_cases.py", pbx, "--only", "held_until_told");
        _ = await pbx.WaitForEventAsync("call_established");
        return call;
    }

    /// <summary>The recorder's medium stands still, from when this is back until <see cref="GoOnAsync"/>.</summary>
    public static async Task<ClientScript> FreezeRecorderAsync(EdgePbxProcess pbx)
    {
        ClientScript script = Start("slow_medium.py", pbx, "--pid", $"{pbx.ProcessId}");
        using var clock = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!File.Exists(Path.Combine(script._folder, "frozen")))
        {
            Assert.False(script._process.HasEnded, script._process.Output);
            _ = await clock.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
        return script;
    }

    public Task GoOnAsync() => SayAsync("go-on");

    public Task HangUpAsync() => SayAsync("hang-up");

    /// <summary>The PBX is gone: the phones fall silent.</summary>
    public Task GiveUpAsync() => SayAsync("give-up");

    private async Task SayAsync(string word)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, word), "");
        await AssertPassedAsync();
    }

    public static async Task RunAsync(string script, EdgePbxProcess pbx, params string[] arguments)
    {
        using ClientScript client = Start(script, pbx, arguments);
        await client.AssertPassedAsync();
    }

    /// <summary>Waits until it has ended, and well.</summary>
    public async Task AssertPassedAsync()
    {
        await _process.WaitForEndAsync(Deadline);
        Assert.True(_process.ExitCode == 0, $"the phones' logs are in {_folder}\n{_process.Output}");
        Directory.Delete(_folder, recursive: true);
    }

    public void Dispose() => _process.Dispose();
}
