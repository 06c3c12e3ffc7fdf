namespace EdgePbx.Core;

/// <summary>
/// Whether one call is recorded, and whose phone may start and stop it. An extension that itself says "never" is never recorded,
/// whatever the other one wants; the box's "never" only speaks for extensions that are silent (ADR 13).
/// </summary>
/// <param name="Mode">For the call as a whole.</param>
/// <param name="CallerMayToggle">The caller's phone may start and stop it by the code.</param>
/// <param name="CalleeMayToggle">The callee's phone may.</param>
/// <param name="Veto">Who forbids what the other one wants; empty: nobody does.</param>
internal sealed record RecordingPolicy(RecordMode Mode, bool CallerMayToggle, bool CalleeMayToggle, string Veto)
{
    public static RecordingPolicy Never { get; } = new(RecordMode.Never, false, false, "");

    public static RecordingPolicy Decide(RecordingSettings box, ExtensionSettings caller, ExtensionSettings callee)
    {
        RecordMode one = caller.Record ?? box.Mode;
        RecordMode other = callee.Record ?? box.Mode;
        RecordMode mode = one > other ? one : other;
        if (mode == RecordMode.Never)
        {
            return Never;
        }
        if (caller.Record == RecordMode.Never || callee.Record == RecordMode.Never)
        {
            return Never with { Veto = caller.Record == RecordMode.Never ? caller.Number : callee.Number };
        }
        bool isOnDemand = mode == RecordMode.OnDemand && box.Code.Length > 0; // what is always recorded can't be stopped
        return new RecordingPolicy(mode, isOnDemand && one == RecordMode.OnDemand, isOnDemand && other == RecordMode.OnDemand, "");
    }
}
