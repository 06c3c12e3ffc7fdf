using EdgePbx.Core;

namespace EdgePbx;

/// <summary>Lamps that work or fail together: the lines of one GPIO chip, the kernel's LED class, a terminal. The LED thread's alone.</summary>
/// <remarks>Whatever it throws, its message says what to look at; it is then closed, and opened again later.</remarks>
internal interface ILampDriver : IDisposable
{
    /// <param name="lamp">By its place in the list that the driver was made with.</param>
    /// <param name="color">Dark, or the colour; a lamp of one colour is lit for any.</param>
    void Show(int lamp, LedColor color);

    /// <summary>True: from now on the driver shows this pattern without being told of each change.</summary>
    bool TryBlink(int lamp, in LedFace face);

    /// <summary>One bit a lamp of the bar.</summary>
    void ShowBar(byte bits);

    /// <summary>Now and then: throws when what it has shown is no longer to be seen.</summary>
    void Check();
}

/// <summary>A lamp or a button that can't be had, with what to look at.</summary>
internal sealed class LampException : Exception
{
    public LampException()
    {
    }

    public LampException(string message)
        : base(message)
    {
    }

    public LampException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
