using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;

namespace EdgePbx.EndToEnd;

/// <summary>Calls of real phones that are recorded: each tone in its own channel, a file that tools open, a line with its digest.</summary>
public sealed class RecordedCalls
{
    private const int SmallTable = 16; // calls
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("--calls 2", 2, 8000)]
    [InlineData("--codec g722", 1, 16000)]
    [InlineData("--dtmf 159#", 1, 8000)] // key presses are no noise
    public Task Each_phone_is_heard_in_its_own_channel(string arguments, int calls, int rate) => RecordAsync("always", async pbx =>
    {
        await ClientScript.RunAsync("baresip_tone_call.py", pbx, arguments.Split(' '));
        foreach (JsonElement line in await LinesAsync(pbx, calls))
        {
            Assert.Equal(("both", rate, false, 0), (line.GetProperty("side").GetString(), line.GetProperty("rate").GetInt32(), line.GetProperty("torn").GetBoolean(), line.GetProperty("dropped").GetInt32()));
            string file = await FileAsync(pbx, line);
            await ListenAsync(file, "--left 440 --right 880 --least 2.5");
        }
        Assert.Equal(calls, pbx.Log.Count("recording_stopped"));
    }, arguments);

    [Fact]
    public Task Opus_is_recorded_as_it_came_in_a_file_a_phone() => RecordAsync("always", async pbx =>
    {
        await ClientScript.RunAsync("baresip_tone_call.py", pbx, "--codec", "opus");
        foreach (JsonElement line in await LinesAsync(pbx, 2))
        {
            await ListenAsync(await FileAsync(pbx, line), $"--left {(line.GetProperty("side").GetString() == "caller" ? 440 : 880)} --least 2.5");
        }
    });

    [Fact]
    public Task The_code_starts_and_stops_a_recording_and_its_digits_go_on_to_the_other_phone() => RecordAsync("on-demand", async pbx =>
    {
        await ClientScript.RunAsync("baresip_tone_call.py", pbx, "--dtmf", "5*1,*1", "--seconds", "6");
        JsonElement line = Assert.Single(await LinesAsync(pbx, 1));
        Assert.InRange(line.GetProperty("seconds").GetDouble(), 1.5, 8);
        await ListenAsync(await FileAsync(pbx, line), "--left 440 --right 880 --least 1");
        Assert.Equal((1, 1), (pbx.Log.Count("recording_started"), pbx.Log.Count("recording_stopped")));
    });

    [Fact]
    [Trait("Clause", "race 33")]
    public Task A_hundred_short_calls_leave_a_file_each_and_no_recording_open() => Pbx.RunAsync(new PbxOptions { Record = "always", SessionInterval = 90, MaxCalls = 100, MediaPorts = 600 }, async pbx =>
    {
        await ClientScript.RunAsync("calls_in_a_row.py", pbx, "--calls", "100", "--se", "90");
        _ = await pbx.WaitForEventAsync("cleanup_verified", count: 100);
        _ = await pbx.WaitForEventAsync("recording_stopped", count: 100);
        Assert.Equal((100, 100), (pbx.Log.Count("recording_started"), pbx.Log.Count("recording_stopped")));
        Assert.Equal(100, (await LinesAsync(pbx, 100)).Select(line => line.GetProperty("file").GetString()).Distinct().Count());
    });

    [Fact]
    public Task A_medium_that_stands_still_keeps_files_waiting_and_no_call() => Pbx.RunAsync(new PbxOptions { Record = "always", SessionInterval = 90, MaxCalls = SmallTable, MediaPorts = 700 }, async pbx =>
    {
        const int Calls = 150, MostClosing = 128;
        using ClientScript medium = await ClientScript.FreezeRecorderAsync(pbx);
        await ClientScript.RunAsync("calls_in_a_row.py", pbx, "--calls", $"{Calls}", "--se", "90"); // they would not all fit into its table
        _ = await pbx.WaitForEventAsync("cleanup_verified", count: Calls);
        PbxStatus status = await pbx.StatusAsync();
        long waiting = status.Gauge("recordings_closing");
        Assert.Equal(("", Calls), (status.HeldByCalls(), waiting + pbx.Log.Count("recording_refused")));
        Assert.InRange(waiting, 1, MostClosing + SmallTable - 1); // what was open when the last place was taken comes on top
        Assert.Equal((0, 0), (pbx.Log.Count("recording_stopped"), pbx.Log.Count("cleanup_overdue")));
        _ = await pbx.WaitForEventAsync("recordings_overdue");

        await medium.GoOnAsync();
        _ = await pbx.WaitForEventAsync("recordings_caught_up");
        _ = await pbx.WaitForEventAsync("recording_stopped", count: (int)waiting); // the last ones may not have waited for long
        Assert.Equal((waiting, waiting), (pbx.Log.Count("recording_started"), pbx.Log.Count("recording_stopped")));
        _ = await LinesAsync(pbx, (int)waiting);
    });

    [Fact]
    public Task A_medium_that_stands_still_is_not_waited_for_at_the_end() => RecordAsync("always", async pbx =>
    {
        using ClientScript call = ClientScript.Talk(pbx);
        _ = await pbx.WaitForEventAsync("recording_started");
        using ClientScript medium = await ClientScript.FreezeRecorderAsync(pbx);
        await pbx.StopAsync();
        _ = await pbx.WaitForEventAsync("recordings_left_open");
        await call.GiveUpAsync();

        await pbx.StartAgainAsync();
        _ = await pbx.WaitForEventAsync("recording_repaired");
        Assert.True(Assert.Single(await LinesAsync(pbx, 1)).GetProperty("torn").GetBoolean());
        await pbx.StopAsync();
    });

    [Fact]
    public Task A_kill_in_the_middle_of_a_call_leaves_a_recording_that_the_next_start_closes() => RecordAsync("always", async pbx =>
    {
        var random = new Random(1);
        for (int kill = 1; kill <= 4; kill++)
        {
            using ClientScript call = ClientScript.Talk(pbx);
            _ = await pbx.WaitForEventAsync("recording_started", kill);
            long start = Stopwatch.GetTimestamp();
            await Task.Delay(TimeSpan.FromSeconds(1 + (3 * random.NextDouble())), TestContext.Current.CancellationToken);
            TimeSpan talked = Stopwatch.GetElapsedTime(start);
            await pbx.KillAndStartAgainAsync();
            _ = await pbx.WaitForEventAsync("recording_repaired", kill);
            await call.GiveUpAsync();

            JsonElement line = (await LinesAsync(pbx, kill))[^1];
            Assert.True(line.GetProperty("torn").GetBoolean());
            // to the second it is measured where the machine does not count; here it may be busy
            Assert.InRange(line.GetProperty("seconds").GetDouble(), talked.TotalSeconds - 2, talked.TotalSeconds + 2);
            await ListenAsync(await FileAsync(pbx, line), "--left 440 --right 880 --least 0");
        }
        await pbx.StopAsync();
    });

    [Fact]
    public Task A_full_disk_ends_the_recording_and_not_the_call() => RecordAsync(
        new PbxOptions { Record = "always", RecordingDisk = "100k", ExpectedErrors = ["recordings_failed"] },
        async pbx =>
        {
            for (int number = 1; number <= 2; number++)
            {
                using ClientScript call = ClientScript.Talk(pbx);
                LogEvent failed = await pbx.WaitForEventAsync("recording_failed", number);
                Assert.Contains("No space left on device", failed.Text, StringComparison.Ordinal);
                await call.HangUpAsync();
            }
            _ = await pbx.WaitForEventAsync("cleanup_verified", 2);
            Assert.Equal((2, 1), (pbx.Log.Count("recordings_failed"), pbx.Log.Count("recordings_resumed")));
            Assert.True(pbx.Log.Count("recording_deleted") >= 1, "the second call found room where the first one's recording was");
        });

    [Fact]
    public Task What_is_open_at_the_end_is_closed_and_has_its_line() => RecordAsync("always", async pbx =>
    {
        using ClientScript call = ClientScript.Talk(pbx);
        _ = await pbx.WaitForEventAsync("recording_started");
        await pbx.StopAsync();
        await call.GiveUpAsync();
        JsonElement line = Assert.Single(await LinesAsync(pbx, 1));
        Assert.False(line.GetProperty("torn").GetBoolean());
        _ = await FileAsync(pbx, line);
    });

    private static Task RecordAsync(string record, Func<EdgePbxProcess, Task> story, string name = "") => RecordAsync(new PbxOptions { Record = record }, story, name);

    private static Task RecordAsync(PbxOptions options, Func<EdgePbxProcess, Task> story, string name = "") =>
        Sound.TogetherAsync(() => Pbx.RunAsync(options, story, $"{nameof(RecordedCalls)} {options.Record} {name}"));

    /// <summary>The lines of recordings among the call records, when there are so many.</summary>
    private static async Task<List<JsonElement>> LinesAsync(EdgePbxProcess pbx, int count)
    {
        using var clock = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            List<JsonElement> lines = [.. File.ReadAllLines(Path.Combine(pbx.Folder, "calls.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)
                .Where(line => line.TryGetProperty("kind", out JsonElement kind) && kind.GetString() == "recording")];
            if (lines.Count >= count || Stopwatch.GetElapsedTime(start) > Patience)
            {
                Assert.Equal(count, lines.Count);
                return lines;
            }
            _ = await clock.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The file of a line, whose digest is that of the line.</summary>
    private static async Task<string> FileAsync(EdgePbxProcess pbx, JsonElement line)
    {
        string file = Path.Combine(pbx.Folder, "recordings", line.GetProperty("file").GetString()!);
        using var clock = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        long start = Stopwatch.GetTimestamp();
        while (!File.Exists(file) && Stopwatch.GetElapsedTime(start) < Patience)
        {
            _ = await clock.WaitForNextTickAsync(TestContext.Current.CancellationToken); // it gets its name after its line
        }
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        byte[] bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal(line.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Assert.Equal(line.GetProperty("bytes").GetInt64(), bytes.Length);
        return file;
    }

    private static async Task ListenAsync(string file, string arguments)
    {
        (int code, string output) = await ChildProcess.RunAsync(
            "python3", [Path.Combine(Repository.Clients, "listen.py"), file, .. arguments.Split(' ')], Repository.Clients, Patience);
        Assert.True(code == 0, output);
    }
}
