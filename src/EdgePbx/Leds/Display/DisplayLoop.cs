using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>One turn of the display's thread: which page, and what is different from the one that is shown. While nothing changes, it allocates nothing.</summary>
internal sealed class DisplayLoop(LedPanel panel, PanelKind kind, ILogger log) : ILedTurns
{
    private readonly Retried<IStatusPanel> _display = new(kind.Name, kind.Open, log);
    private readonly Page[] _pages = new Page[(int)DisplayPage.Action + 1];
    private byte[]? _shown;

    /// <summary>Nothing but a word from another thread wakes it.</summary>
    public int Descriptor => -1;

    public bool IsButtonDown => false;

    public Instant Turn(Instant now)
    {
        if (_display.Get(now) is not { } display)
        {
            return _display.RetryAt;
        }
        LedStatus status = panel.Status;
        DisplayPage which = DisplayPolicy.PageAt(status, now);
        byte[] face = FaceOf(which, status, now);
        if (_display.IsNew || !ReferenceEquals(face, _shown))
        {
            try
            {
                display.Show(face);
                _shown = face;
            }
#pragma warning disable CA1031 // whatever is wrong with a display, calls go on
            catch (Exception failure)
#pragma warning restore CA1031
            {
                _display.Fail(now, failure);
                return _display.RetryAt;
            }
        }
        Instant next = DisplayPolicy.NextChange(status, now);
        Instant until = _pages[(int)which].ValidUntil;
        return until < next ? until : next;
    }

    public void Dispose() => _display.Dispose();

    // pages come again and again, and mostly say the same
    private byte[] FaceOf(DisplayPage which, LedStatus status, Instant now)
    {
        ref Page page = ref _pages[(int)which];
        if (!ReferenceEquals(page.Status, status) || now >= page.ValidUntil)
        {
            page = new Page(status, kind.Draw(StatusPages.Of(which, status, now)), StatusPages.ValidUntil(which, status, now));
        }
        return page.Face;
    }

    private readonly record struct Page(LedStatus Status, byte[] Face, Instant ValidUntil);
}
