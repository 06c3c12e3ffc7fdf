namespace EdgePbx.Tests;

/// <summary>Self-tests for tests whose point is not that they are quick.</summary>
internal static class SelfTestOptionsOf
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(4);

    /// <summary>One that a busy machine does not let fail: what works may take as long as it wants.</summary>
    public static SelfTestOptions APatientOne { get; } = new() { Limit = Long, StepLimit = Long, TimeToSpeak = Long, TimeToArrive = Long };
}
