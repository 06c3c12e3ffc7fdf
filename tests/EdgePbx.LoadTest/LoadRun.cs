using EdgePbx.Core;

namespace EdgePbx.LoadTest;

/// <summary>One relay under one load.</summary>
internal sealed record LoadRun(string Relay, int Calls, int ShortCalls, VoiceFigures Voices, TimeSpan Cpu, long Memory, string Remarks)
{
    /// <summary>For each packet that was relayed.</summary>
    public TimeSpan CpuPerPacket => Voices.Received == 0 ? TimeSpan.Zero : Cpu / Voices.Received;

    public static LoadRun Measure(RelayTarget target, int calls, int callsPerSecond, TimeSpan warmUp, TimeSpan time)
    {
        using var load = new VoiceLoad(calls);
        target.Start(calls, load);
        load.Start();
        for (Instant end = MonotonicClock.Now + warmUp; MonotonicClock.Now < end;)
        {
            target.Turn(callsPerSecond);
        }
        target.BeginStretch();
        TimeSpan before = target.Cpu;
        load.Speak(time, () => target.Turn(callsPerSecond));
        TimeSpan cpu = target.Cpu - before;
        long memory = target.ResidentMemory;
        string remarks = string.Join(", ", new[] { callsPerSecond > 0 ? target.Churn : "", target.EndStretch() }.Where(s => s.Length > 0));
        return new LoadRun(target.Name, calls, callsPerSecond, load.Stop(time), cpu, memory, remarks);
    }
}
