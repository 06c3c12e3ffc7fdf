using System.Globalization;
using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary><c>edgepbx bench relay</c>: how many calls this board carries, measured.</summary>
internal static class BenchVerb
{
    private static readonly TimeSpan StepTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ShortStepTime = TimeSpan.FromSeconds(1);

    private const string Busy = "This machine was busy with something else and did not even speak in time: measure again when it is idle.";

    // at the first start somebody waits: what is seen up to here is enough to go by
    private const int ShortMost = 100;

    public static int Run(string? file, MediaIoKind io, TextWriter output, TextWriter error)
    {
        output.WriteLine($"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} processors; both phones of each call send 50 packets a second on loopback");
        output.WriteLine($"{"calls",6}{"relay thread",16}{"a packet",12}{"99.9 % within",16}{"lost",6}{"allocated",12}");
        try
        {
            RelayVerdict verdict = RelayBench.Measure(int.MaxValue, StepTime, io, step => Write(output, step));
            output.WriteLine($"This board: {verdict.Calls} calls (packets by {verdict.Io}, {verdict.Scheduling} scheduling; the relay may take {RelayBench.FullShare:P0} of one processor)");
            string folder = Path.GetDirectoryName(Path.GetFullPath(file ?? StarterConfig.FileName))!;
            if (verdict.IsOfBusyMachine)
            {
                output.WriteLine(Busy);
                if (MeasuredCalls.Read(folder) is { } former && former >= verdict.Calls)
                {
                    output.WriteLine($"Not kept: {former} calls were measured before");
                    return ExitCode.Done;
                }
            }
            output.WriteLine(MeasuredCalls.TryWrite(folder, verdict.Calls)
                ? $"Kept in {Path.Combine(folder, MeasuredCalls.FileName)} for max_calls = \"auto\""
                : $"Not kept: {folder} takes no files");
            return ExitCode.Done;
        }
        catch (ListenException refused)
        {
            error.WriteLine($"edgepbx: {refused.Message}");
            return ExitCode.CannotListen;
        }
    }

    /// <summary>The short form, at a first start with <c>max_calls = "auto"</c>.</summary>
    /// <param name="folder">Where the result is kept.</param>
    /// <param name="io">How packets go to the kernel.</param>
    /// <param name="error">For whoever waits.</param>
    /// <param name="isUnwanted">Asked after each step: true breaks it off, and nothing is kept.</param>
    /// <returns>Null: it is unwanted, or it can't be measured, and that has been said.</returns>
    public static int? MeasureOnce(string folder, MediaIoKind io, TextWriter error, Func<bool> isUnwanted)
    {
        error.WriteLine("max_calls is \"auto\" and this board was never measured: that takes some seconds now.");
        try
        {
            RelayVerdict verdict = RelayBench.Measure(ShortMost, ShortStepTime, io, _ => { }, isUnwanted);
            if (isUnwanted())
            {
                return null;
            }
            _ = MeasuredCalls.TryWrite(folder, verdict.Calls);
            error.WriteLine($"This board: {verdict.Calls} calls. 'edgepbx bench relay' measures more closely.{(verdict.IsOfBusyMachine ? $" {Busy}" : "")}");
            return verdict.Calls;
        }
        catch (ListenException refused)
        {
            error.WriteLine($"edgepbx: it can't be measured: {refused.Message}");
            return null;
        }
    }

    private static void Write(TextWriter output, RelayStep step) => output.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{step.Calls,6}{step.Share,15:P1} {step.Share * 1e6 / (VoiceLoad.PacketsPerSecond * step.Calls),9:F1} µs"
        + $"{step.Voices.Latency.Percentile(0.999).TotalMilliseconds,13:F2} ms{step.Voices.Lost + step.Voices.LostOutside,6}{step.Allocated,10} B"));
}
