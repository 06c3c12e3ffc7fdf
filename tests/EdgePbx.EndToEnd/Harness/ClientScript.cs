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

    /// <summary>A call that is up until <see cref="HangUpAsync"/>, however long that takes.</summary>
    public static async Task<ClientScript> HoldCallAsync(EdgePbxProcess pbx)
    {
        ClientScript call = Start("raw_cases.py", pbx, "--only", "held_until_told");
        _ = await pbx.WaitForEventAsync("call_established");
        return call;
    }

    public async Task HangUpAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "hang-up"), "");
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
