namespace EdgePbx.EndToEnd;

/// <summary>sipsak, the tester's pocket knife: it judges the answers by its own reading of the RFC.</summary>
public sealed class SipsakCases
{
    [Fact]
    [Trait("Clause", "C-20")]
    public Task Sipsak_pings_with_options() => Pbx.RunAsync(new PbxOptions(), async pbx =>
    {
        (int code, string output) = await SipsakAsync(pbx, "-vv", "-s", "sip:127.0.0.1", "-p", pbx.Server);
        Assert.True(code == 0, output);
        Assert.Contains("SIP/2.0 200", output, StringComparison.Ordinal);
    });

    [Fact]
    [Trait("Clause", "C-18")]
    [Trait("Clause", "U-32")]
    public Task Sipsak_registers_a_contact() => Pbx.RunAsync(new PbxOptions(), async pbx =>
    {
        (int code, string output) = await RegisterAsync(pbx, PbxOptions.Caller.Secret);
        Assert.True(code == 0, output);
        _ = await pbx.WaitForEventAsync("register_accepted");
        Assert.Equal(1, (await pbx.StatusAsync()).Registrations);
    });

    [Fact]
    [Trait("Clause", "C-19")]
    public Task Sipsak_is_refused_with_a_wrong_password() => Pbx.RunAsync(new PbxOptions(), async pbx =>
    {
        (int code, string output) = await RegisterAsync(pbx, "wrong");
        Assert.True(code != 0, output);
        LogEvent rejected = await pbx.WaitForEventAsync("credentials_refused");
        Assert.Contains($"credentials for {PbxOptions.Caller.Number} from udp:127.0.0.1:", rejected.Text, StringComparison.Ordinal);
        Assert.Equal(0, (await pbx.StatusAsync()).Registrations);
    });

    // the proxy is named apart: sipsak cuts a digit off a port in the address
    private static Task<(int ExitCode, string Output)> RegisterAsync(EdgePbxProcess pbx, string secret) => SipsakAsync(
        pbx, "-vv", "-U", "-i", "-x", "60", "-u", PbxOptions.Caller.Number, "-a", secret, "-s", $"sip:{PbxOptions.Caller.Number}@127.0.0.1",
        "-p", pbx.Server);

    private static Task<(int ExitCode, string Output)> SipsakAsync(EdgePbxProcess pbx, params string[] arguments) =>
        ChildProcess.RunAsync("sipsak", arguments, pbx.Folder, TimeSpan.FromSeconds(40));
}
