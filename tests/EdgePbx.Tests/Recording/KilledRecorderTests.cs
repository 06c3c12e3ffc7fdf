using System.Diagnostics;
using System.Globalization;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>
/// The recorder is killed at a random moment, as by a power cut: what it leaves opens, and holds all but the last second. The next start
/// closes it and says so.
/// </summary>
public class KilledRecorderTests
{
    private const int Together = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("narrow", 184)]
    [InlineData("opus", 16)]
    public void Whenever_it_is_killed_the_file_opens_and_holds_all_but_the_last_second(string format, int kills)
    {
        string folder = Directory.CreateTempSubdirectory("edgepbx-killed-").FullName;
        Parallel.For(0, kills, new ParallelOptions { MaxDegreeOfParallelism = Together }, number =>
        {
            string own = Path.Combine(folder, number.ToString(CultureInfo.InvariantCulture));
            double told = TalkUntilKilled(own, format, (format == "opus" ? 1000 : 0) + (new Random(number).NextDouble() * 3000)); // a file of Opus without a page is none
            string[] files = Directory.GetFiles(own);
            Assert.Equal(format == "opus" ? 2 : 1, files.Length);
            Assert.All(files, file =>
            {
                double seconds = SecondsOf(file);
                Assert.True(seconds >= (told / 1000) - 1, $"{file} holds {seconds} s of {told} ms");
                Assert.True(seconds <= (told / 1000) + 0.1, $"{file} holds {seconds} s of {told} ms");
            });
            AssertClosedAtTheNextStart(own, files.Length);
        });
        Directory.Delete(folder, recursive: true);
    }

    /// <returns>Milliseconds of talk that were handed over.</returns>
    private static double TalkUntilKilled(string folder, string format, double after)
    {
        string harness = Path.Combine(AppContext.BaseDirectory, "EdgePbx.RecorderHarness.dll");
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath is { } path && path.EndsWith("dotnet", StringComparison.Ordinal) ? path : "dotnet", [harness, folder, format])
        {
            RedirectStandardOutput = true,
        })!;
        double told = 0;
        bool isKilled = false;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            told = double.Parse(line, CultureInfo.InvariantCulture);
            if (told >= after && !isKilled)
            {
                isKilled = true;
                process.Kill();
            }
        }
        Assert.True(process.WaitForExit(Patience) && isKilled, "it ended by itself");
        return told;
    }

    private static double SecondsOf(string file)
    {
        if (!file.EndsWith(".opus", StringComparison.Ordinal))
        {
            return double.Parse(Run("soxi", "-D", file), CultureInfo.InvariantCulture);
        }
        string wav = file + ".wav";
        _ = Run("opusdec", "--quiet", "--rate", "48000", file, wav);
        double seconds = double.Parse(Run("soxi", "-D", wav), CultureInfo.InvariantCulture);
        File.Delete(wav);
        return seconds;
    }

    private static void AssertClosedAtTheNextStart(string folder, int files)
    {
        using var bench = new RecorderBench(folder: folder);
        for (int i = 0; i < files; i++)
        {
            RecordingLine line = bench.TakeLine();
            Assert.True(line.Torn);
            string kept = Path.Combine(folder, line.File);
            Assert.True(SpinWait.SpinUntil(() => File.Exists(kept), Patience));
            Assert.InRange(SecondsOf(kept), line.Seconds - 0.03, line.Seconds + 0.03);
        }
        Assert.DoesNotContain(bench.Files(), file => file.Contains(".part.", StringComparison.Ordinal));
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> problems = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(Patience) && process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {problems.Result}");
        return output.Trim();
    }
}
