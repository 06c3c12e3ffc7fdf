using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>The lamps of one driver. It writes what has changed and nothing else, and allocates nothing while its driver works, a bar that changes excepted.</summary>
/// <param name="lamps">In the driver's order.</param>
internal sealed class LampGroup(string name, IReadOnlyList<LedLamp> lamps, bool hasBar, Func<ILampDriver> open, ILogger log) : IDisposable
{
    private readonly LedLamp[] _lamps = [.. lamps];
    private readonly Shown[] _shown = new Shown[lamps.Count];
    private readonly Retried<ILampDriver> _driver = new(name, open, log);
    private int _bar;

    /// <summary>Brings the lamps up to now. When it is wanted next.</summary>
    public Instant Update(ILedFaces faces, Instant now)
    {
        if (_driver.Get(now) is not { } driver)
        {
            return _driver.RetryAt;
        }
        if (_driver.IsNew)
        {
            Array.Clear(_shown);
            _bar = -1;
        }
        try
        {
            return Show(driver, faces, now);
        }
#pragma warning disable CA1031 // whatever is wrong with a lamp, calls go on
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _driver.Fail(now, failure);
            return _driver.RetryAt;
        }
    }

    /// <summary>Now and then: a chip that has lost what it was set to is opened anew.</summary>
    public void Check(Instant now)
    {
        try
        {
            _driver.Current?.Check();
        }
#pragma warning disable CA1031 // as above
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _driver.Fail(now, failure);
        }
    }

    public void Dispose() => _driver.Dispose();

    private Instant Show(ILampDriver driver, ILedFaces faces, Instant now)
    {
        Instant next = Instant.Never;
        for (int i = 0; i < _lamps.Length; i++)
        {
            ref Shown shown = ref _shown[i];
            LedFace face = faces.FaceOf(_lamps[i], now);
            if (!shown.IsKnown || face != shown.Face)
            {
                shown = new Shown { Face = face, IsKnown = true, IsByDriver = !face.Pattern.IsSteady && driver.TryBlink(i, face) };
            }
            if (shown.IsByDriver)
            {
                continue;
            }
            LedColor color = face.LightAt(now);
            if (!shown.IsLightKnown || color != shown.Light)
            {
                driver.Show(i, color);
                (shown.Light, shown.IsLightKnown) = (color, true);
            }
            Instant change = face.NextChange(now);
            next = change < next ? change : next;
        }
        if (hasBar && _bar != faces.Bar)
        {
            driver.ShowBar(faces.Bar);
            _bar = faces.Bar;
        }
        return next;
    }

    private struct Shown
    {
        public LedFace Face;
        public bool IsKnown;
        public bool IsByDriver;
        public LedColor Light;
        public bool IsLightKnown;
    }
}
