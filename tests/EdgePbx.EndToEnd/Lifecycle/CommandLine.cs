namespace EdgePbx.EndToEnd;

/// <summary>The verbs and their exit codes.</summary>
public sealed class CommandLine
{
    [Fact]
    public async Task Version_names_itself() => Assert.Contains("edgepbx", await SucceedsAsync("version"), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public async Task Selftest_passes_here() => _ = await SucceedsAsync("selftest");

    [Fact]
    public Task A_good_configuration_is_accepted() => WithFileAsync(new PbxOptions().ToToml(5060, new PortBlock(10000, 10149)), async file =>
    {
        (int code, string output) = await RunAsync("check-config", file);
        Assert.True(code == 0, output);
    });

    [Fact]
    public Task A_bad_configuration_is_refused_with_file_and_line() => WithFileAsync(
        "[sip]\nlisten = [\"udp://127.0.0.1:70000\"]\n", async file =>
        {
            foreach (string[] verb in (string[][])[["check-config", file], ["run", "--config", file]])
            {
                (int code, string output) = await RunAsync(verb);
                Assert.Equal(2, code);
                Assert.Contains($"{file}:2:", output, StringComparison.Ordinal);
            }
        });

    [Fact]
    public async Task A_verb_that_does_not_exist_is_refused() => Assert.Equal(2, (await RunAsync("sing")).ExitCode);

    [Fact]
    public Task A_second_pbx_on_the_same_port_ends_with_3() => Pbx.RunAsync(new PbxOptions(), async pbx =>
    {
        (int code, string output) = await RunAsync("run", "--config", pbx.ConfigFile);
        Assert.Equal(3, code);
        Assert.Contains(pbx.Server, output, StringComparison.Ordinal);
        Assert.False(pbx.HasEnded);
        await ClientScript.RunAsync("sipp_cases.py", pbx, "--only", "options");
    });

    private static async Task<string> SucceedsAsync(params string[] arguments)
    {
        (int code, string output) = await RunAsync(arguments);
        Assert.True(code == 0, $"ended with {code}: {output}");
        return output;
    }

    private static Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) =>
        ChildProcess.RunAsync(Repository.Binary, arguments, Path.GetTempPath(), TimeSpan.FromSeconds(30));

    private static async Task WithFileAsync(string text, Func<string, Task> story)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("edgepbx-e2e-");
        try
        {
            string file = Path.Combine(folder.FullName, "edgepbx.toml");
            await File.WriteAllTextAsync(file, text);
            await story(file);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
