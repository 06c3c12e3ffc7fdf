using System.Text.Json;

namespace EdgePbx.EndToEnd;

/// <summary>The published binary beside somebody who guesses, and beside an account that wants all.</summary>
public sealed class Guessers
{
    [Theory]
    [Trait("Clause", "SEC-05")]
    [Trait("Clause", "SEC-06")]
    [Trait("Clause", "AB-07")]
    [InlineData("REGISTER")]
    [InlineData("INVITE")]
    public Task Six_hundred_guesses_are_ten_and_a_few_lines_and_the_ban_can_be_lifted(string method) => Pbx.RunAsync(new PbxOptions(), async pbx =>
    {
        await ClientScript.RunAsync("guesses.py", pbx, "--what", method);
        Assert.Equal(10, (await pbx.StatusAsync()).Counter("credentials_refused"));
        Assert.Equal((3, 1), (pbx.Log.Count("credentials_refused"), pbx.Log.Count("source_banned")));
        Assert.Equal(["127.0.0.66"], await BansAsync(pbx));
        Assert.Empty(await BansAsync(pbx, "--clear", "127.0.0.66"));
        await ClientScript.RunAsync("guesses.py", pbx, "--what", method, "--count", "5");
    });

    [Fact]
    [Trait("Clause", "SEC-04")]
    public Task An_account_that_wants_all_calls_gets_half() => Pbx.RunAsync(new PbxOptions { HasShares = true, MaxCalls = 20, MediaPorts = 120 }, async pbx =>
    {
        await ClientScript.RunAsync("guesses.py", pbx, "--what", "greedy", "--count", "30");
        Assert.Equal(20, (await pbx.StatusAsync()).Counter("requests_refused_share"));
        Assert.Equal(1, pbx.Log.Count("account_limited"));
    });

    private static async Task<string[]> BansAsync(EdgePbxProcess pbx, params string[] more)
    {
        (int code, string output) = await ChildProcess.RunAsync(
            Repository.Binary, ["bans", "--json", "--config", pbx.ConfigFile, .. more], pbx.Folder, TimeSpan.FromSeconds(40));
        Assert.True(code == 0, output);
        using JsonDocument document = JsonDocument.Parse(output);
        return [.. document.RootElement.GetProperty("bans").EnumerateArray().Select(static one => one.GetProperty("source").GetString()!)];
    }
}
