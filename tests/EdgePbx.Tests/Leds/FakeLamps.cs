using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>A driver that notes what it is told, and fails when it is told to.</summary>
internal sealed class FakeLamps : ILampDriver
{
    public List<string> Told { get; } = [];
    public bool IsBroken { get; set; }
    public bool IsLost { get; set; }
    public bool IsDisposed { get; private set; }
    public Func<LedFace, bool> Blinks { get; set; } = static _ => false;

    public void Show(int lamp, LedColor color) => Tell($"{lamp} {color}");

    public bool TryBlink(int lamp, in LedFace face)
    {
        bool takes = Blinks(face);
        if (takes)
        {
            Tell($"{lamp} blinks");
        }
        return takes;
    }

    public void ShowBar(byte bits) => Tell($"bar {bits:b8}");

    public void Check()
    {
        if (IsLost)
        {
            throw new LampException("the lamp shows nothing any more");
        }
    }

    public void Dispose() => IsDisposed = true;

    /// <summary>What was told since the last time.</summary>
    public string[] Take()
    {
        string[] told = [.. Told];
        Told.Clear();
        return told;
    }

    private void Tell(string what)
    {
        if (IsBroken)
        {
            throw new LampException("the lamp is broken");
        }
        Told.Add(what);
    }
}

/// <summary>Faces that a test sets.</summary>
internal sealed class FakeFaces : ILedFaces
{
    public Dictionary<LedId, LedFace> Faces { get; } = [];
    public byte Bar { get; set; }

    public LedFace FaceOf(in LedLamp lamp, Instant now) => Faces.GetValueOrDefault(lamp.Shows);
}
