namespace EdgePbx.Core;

/// <summary>Whether calls are recorded: an extension's wish, or the box's where the extension has none of its own.</summary>
public enum RecordMode : byte { Never, OnDemand, Always }

/// <summary>What the engine knows of <c>[recording]</c>.</summary>
/// <param name="Mode">For extensions that say nothing themselves.</param>
/// <param name="Code">What is dialled during a call to start or stop its recording; empty: nothing does.</param>
public sealed record RecordingSettings(RecordMode Mode, string Code)
{
    public static RecordingSettings Off { get; } = new(RecordMode.Never, "*1");
}
