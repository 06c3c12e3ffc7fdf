using EdgePbx.Core;

namespace EdgePbx.Simulation;

/// <summary>The relay thread as the engine sees it: it confirms soon, late, twice, or never until it is restarted.</summary>
internal sealed class SimRelay(Agenda agenda, Weather weather, Rng rng, Action<PortEvent> onEvent)
{
    private readonly List<RelayKey> _withheld = [];
    private RelayKey _stale;

    /// <summary>How the engine is told; set once, when there is one.</summary>
    public Action<RelayKey> Confirm { get; set; } = static _ => { };

    /// <summary>How the engine is told that media came.</summary>
    public Action<RelayKey> Latch { get; set; } = static _ => { };

    /// <summary>How the engine is told how the media is.</summary>
    public Action<RelayKey, MediaReport> Measure { get; set; } = static (_, _) => { };

    public bool HoldsBack => _withheld.Count > 0;

    public void Take(in Output order)
    {
        RelayKey key = order.Relay;
        if (order.Kind == OutputKind.ConfigureRelay)
        {
            onEvent(new PortEvent(agenda.Now, PortDeed.Configured, key.ToString(), 0));
            agenda.After(rng.Between(0, 1), () => Latch(key));
            Hear(key, order.Settings!);
            return;
        }
        onEvent(new PortEvent(agenda.Now, PortDeed.CloseOrdered, key.ToString(), 0));
        bool isNever = rng.Chance(weather.RelayNever);
        bool isLate = rng.Chance(weather.RelayLate);
        bool isTwice = rng.Chance(weather.RelayTwice);
        TimeSpan delay = rng.Between(0, isLate ? 20 : 0.01);
        if (isNever)
        {
            _withheld.Add(key);
            return;
        }
        agenda.After(delay, () => Report(key));
        if (isTwice)
        {
            agenda.After(delay + rng.Between(0, 3), () => Report(key));
        }
    }

    // a phone that should send is silent for a while, or for so long that the path is called dead; the other one speaks, or not
    private void Hear(RelayKey key, RelaySettings settings)
    {
        if (!settings.ExpectsMedia || !rng.Chance(weather.SilentMedia))
        {
            return;
        }
        TimeSpan delay = TimeSpan.Zero;
        for (int look = 0; look < 3; look++)
        {
            delay += rng.Between(1, 200);
            var report = new MediaReport(
                new RtpStreamReport { Received = rng.Below(2) * 500 }, (MediaFlow)rng.Below(4)) { IsOtherSpeaking = rng.Chance(0.5) };
            agenda.After(delay, () => Measure(key, report));
        }
    }

    /// <summary>The thread starts anew: what it held back is closed.</summary>
    public void Restart()
    {
        foreach (RelayKey key in _withheld.ToArray())
        {
            Report(key);
        }
        _withheld.Clear();
    }

    private void Report(RelayKey key)
    {
        onEvent(new PortEvent(agenda.Now, PortDeed.Confirmed, key.ToString(), 0));
        Confirm(key);
        if (!_stale.IsNone && weather.Has(Kinds.RelayTwice))
        {
            Latch(_stale);
        }
        _stale = key;
    }
}
