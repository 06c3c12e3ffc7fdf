using System.Runtime.InteropServices;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>A button as the LED thread sees it.</summary>
internal interface IButtonLine : IDisposable
{
    /// <summary>Readable when the button has moved; -1: nothing tells of that.</summary>
    int Descriptor { get; }

    /// <summary>How often it must be asked; zero: the descriptor tells.</summary>
    TimeSpan AskEvery { get; }

    /// <summary>Now, whatever moves are still to be taken.</summary>
    bool IsDown { get; }

    /// <summary>The oldest move that was not taken yet, with its own moment.</summary>
    bool TryTake(out Instant at, out bool isDown);
}

/// <summary>The button's GPIO line: the kernel debounces it and keeps each edge with its time.</summary>
internal sealed unsafe class ButtonLine : IButtonLine
{
    private const ulong DebounceMicroseconds = 20_000;

    private readonly GpioChip _chip;
    private readonly int _line;
    private int _descriptor;

    /// <exception cref="LampException">The chip or the line can't be had.</exception>
    public ButtonLine(BoardButton button)
    {
        _chip = GpioChip.Open(button.Chip);
        _line = button.Line;
        try
        {
            _descriptor = _chip.Request(_line, FlagsOf(button), (GpioCalls.GPIO_V2_LINE_ATTR_ID_DEBOUNCE, DebounceMicroseconds));
        }
        catch
        {
            _chip.Dispose();
            throw;
        }
    }

    /// <summary>How the kernel is asked for the line: both edges, and which level is pressed.</summary>
    internal static ulong FlagsOf(BoardButton button) =>
        GpioCalls.GPIO_V2_LINE_FLAG_INPUT | GpioCalls.GPIO_V2_LINE_FLAG_EDGE_RISING | GpioCalls.GPIO_V2_LINE_FLAG_EDGE_FALLING
        | (button.IsActiveLow ? GpioCalls.GPIO_V2_LINE_FLAG_ACTIVE_LOW : 0)
        | button.Pull switch
        {
            ButtonPull.Up => GpioCalls.GPIO_V2_LINE_FLAG_BIAS_PULL_UP,
            ButtonPull.Down => GpioCalls.GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN,
            _ => 0,
        };

    public int Descriptor => _descriptor;

    public TimeSpan AskEvery => TimeSpan.Zero;

    public bool IsDown
    {
        get
        {
            var values = new GpioCalls.LineValues { Mask = 1 };
            return GpioCalls.ioctl(_descriptor, GpioCalls.GPIO_V2_LINE_GET_VALUES_IOCTL, &values) < 0
                ? throw new LampException(_chip.Describe(_line, Marshal.GetLastPInvokeError()))
                : (values.Bits & 1) != 0;
        }
    }

    public bool TryTake(out Instant at, out bool isDown)
    {
        (at, isDown) = (default, false);
        var entry = new Native.PollEntry { Descriptor = _descriptor, Wanted = Native.POLLIN };
        if (Native.poll(&entry, 1, 0) <= 0)
        {
            return false;
        }
        GpioCalls.LineEvent edge;
        if (Native.read(_descriptor, &edge, (nuint)sizeof(GpioCalls.LineEvent)) != sizeof(GpioCalls.LineEvent))
        {
            throw new LampException(_chip.Describe(_line, Marshal.GetLastPInvokeError()));
        }
        (at, isDown) = (MomentOf(edge.Nanoseconds), edge.Id == GpioCalls.GPIO_V2_LINE_EVENT_RISING_EDGE);
        return true;
    }

    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            _ = Native.close(_descriptor);
            _descriptor = -1;
        }
        _chip.Dispose();
    }

    // the kernel's clock does not count the time that a machine sleeps, ours does
    private static Instant MomentOf(ulong nanoseconds)
    {
        Instant now = MonotonicClock.Now;
        return SocketCalls.clock_gettime(GpioCalls.CLOCK_MONOTONIC, out SocketCalls.TimeSpec kernel) == 0
            ? now + TimeSpan.FromTicks(((long)nanoseconds - (kernel.Seconds * 1_000_000_000) - kernel.Nanoseconds) / TimeSpan.NanosecondsPerTick)
            : now;
    }
}
