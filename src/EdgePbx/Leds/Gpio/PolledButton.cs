using System.Device.Gpio;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>A button behind an expander, which tells nobody of its moves: it is asked often, and a move counts when it was seen twice.</summary>
/// <remarks>
/// What can't be known is never a press that resets everything: not while the thread was held up, nor when the button was down
/// already at the beginning, nor where the chip can't prove that it still is what it was set to – a bus with a short circuit reads as nothing
/// but zeros, which is a button that is held.
/// </remarks>
internal sealed class PolledButton : IButtonLine
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(1);

    private readonly Expander _expander;
    private readonly GpioController _controller;
    private readonly BoardButton _button;
    private readonly Func<Instant> _now;
    private readonly PinMode _mode;
    private Instant _asked;
    private bool _wasDown; // when it was asked last
    private bool _isDown;
    private bool _isKnown = true;

    /// <param name="now">The monotonic clock.</param>
    /// <exception cref="LampException">The expander can't be had.</exception>
    public PolledButton(Expander expander, BoardButton button, Func<Instant> now)
    {
        (_expander, _button, _now) = (expander, button, now);
        _mode = button.Pull == ButtonPull.Up ? PinMode.InputPullUp : PinMode.Input;
#pragma warning disable CA2000 // the controller owns the driver
        _controller = new GpioController(new ExpanderDriver(expander));
#pragma warning restore CA2000
        try
        {
            _ = _controller.OpenPin(button.Line, _mode);
            _asked = now();
            _isDown = _wasDown = Ask();
            _isKnown = !_isDown;
        }
        catch
        {
            _controller.Dispose();
            throw;
        }
    }

    public int Descriptor => -1;

    public TimeSpan AskEvery => Interval;

    public bool IsDown
    {
        get
        {
            if (!_isKnown || !_expander.KnowsItself || !Ask())
            {
                return false;
            }
            _expander.Check(_button.Line, _mode);
            return true;
        }
    }

    public bool TryTake(out Instant at, out bool isDown)
    {
        at = _now();
        bool isNow = Ask();
        bool isSure = isNow == _wasDown;
        _isKnown = !isNow || (_isKnown && at - _asked <= LongestGap);
        (_asked, _wasDown) = (at, isNow);
        isDown = isNow;
        if (!isSure || isNow == _isDown)
        {
            return false;
        }
        _isDown = isNow;
        return true;
    }

    public void Dispose() => _controller.Dispose();

    private bool Ask() => (_controller.Read(_button.Line) == PinValue.High) != _button.IsActiveLow;
}
