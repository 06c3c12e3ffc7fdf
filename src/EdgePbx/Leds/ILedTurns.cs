using EdgePbx.Core;

namespace EdgePbx;

/// <summary>What a <see cref="LedThread"/> does over and over.</summary>
internal interface ILedTurns : IDisposable
{
    /// <summary>Readable when it is wanted before its time; -1: nothing but a word from another thread wakes it.</summary>
    int Descriptor { get; }

    /// <summary>Any thread: something will come of the button that has not come yet.</summary>
    bool IsButtonDown { get; }

    /// <summary>When it is wanted next, if nothing happens.</summary>
    Instant Turn(Instant now);
}
