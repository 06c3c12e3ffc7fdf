namespace EdgePbx.Core.Tests;

/// <summary>Worlds in which calls are recorded, and what a test wants to know of the taps.</summary>
internal static class RecordedCall
{
    public static PbxWorld World(RecordMode box = RecordMode.Never, RecordMode? caller = null, RecordMode? callee = null, string code = "*1") =>
        new(PbxWorld.DefaultSettings with
        {
            Recording = new RecordingSettings(box, code),
            Extensions =
            [
                new("1001", "Reception", "secret-1") { Record = caller },
                new("1002", "Workshop", "secret-2") { Record = callee },
                new("1003", "Cellar", "secret-3"),
            ],
        });

    /// <summary>Every call is recorded, and the medium stands still until the test has the recorder answer.</summary>
    public static PbxWorld SlowWorld()
    {
        PbxWorld world = World(RecordMode.Always);
        world.RecorderAnswersAtOnce = false;
        return world;
    }

    /// <summary>The relay path of one leg: the caller's is opened first.</summary>
    public static RelayKey PathOf(PbxWorld world, RecordedSide side) =>
        world.Relays.OrderBy(relay => relay.Key.Slot).ElementAt((int)side).Key;

    public static MediaTap? TapOf(PbxWorld world, RecordedSide side) => world.Relays[PathOf(world, side)].Tap;
}
