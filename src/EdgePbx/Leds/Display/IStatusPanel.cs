using EdgePbx.Core;

namespace EdgePbx;

/// <summary>A status display as its thread sees it. What it shows is bytes: pixels, characters or segments.</summary>
/// <remarks>Whatever it throws, it is then closed, and opened again later.</remarks>
internal interface IStatusPanel : IDisposable
{
    /// <summary>Writes what is different from what it shows.</summary>
    /// <param name="face">What <see cref="PanelFaces"/> made for its kind; always of the same length.</param>
    void Show(ReadOnlySpan<byte> face);
}

/// <summary>A kind of display: how a page looks on it, which needs no hardware, and how it is opened.</summary>
/// <param name="Name">As the log calls it.</param>
/// <param name="Draw">The bytes of a page.</param>
internal sealed record PanelKind(string Name, Func<StatusPage, byte[]> Draw, Func<IStatusPanel> Open);
