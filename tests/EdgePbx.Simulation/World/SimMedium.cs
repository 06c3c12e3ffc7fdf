using EdgePbx.Core;

namespace EdgePbx.Simulation;

/// <summary>The card that keeps registrations: quick in most worlds, in some slower than anybody waits for it, full, or dead for a while.</summary>
internal sealed class SimMedium(Agenda agenda, Rng rng)
{
    private readonly bool _isBad = rng.Chance(0.2);

    /// <summary>How the engine is told; set once, when there is one.</summary>
    public Action<long, string?> Report { get; set; } = static (_, _) => { };

    public void Take(KeptBindings bindings)
    {
        bool isSlow = _isBad && rng.Chance(0.3);
        bool isFull = _isBad && rng.Chance(0.2);
        bool isLost = _isBad && rng.Chance(0.1); // the thread hangs; the next one reports this one too
        TimeSpan delay = rng.Between(0, isSlow ? 10 : 0.02);
        if (!isLost)
        {
            agenda.After(delay, () => Report(bindings.Number, isFull ? "No space left on device" : null));
        }
    }
}
