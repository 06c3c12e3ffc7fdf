using EdgePbx.Core;

namespace EdgePbx.Simulation;

/// <summary>
/// The recorder thread and its medium as the engine sees them: files open soon or not at all, fail in the middle, close late, twice, or
/// never until it is restarted; and the relay thread, which hands over what has ended soon, late or not at all, before the files are
/// closed or after. And the fingers that dial the code.
/// </summary>
internal sealed class SimRecorder(Agenda agenda, Weather weather, Rng rng, Action<RecordingEvent> onEvent)
{
    private readonly HashSet<RecordingKey> _open = [];
    private readonly List<RecordingKey> _withheld = [];

    /// <summary>How the engine is told; set once, when there is one.</summary>
    public Action<RecordingReport> Report { get; set; } = static _ => { };

    /// <summary>How the engine is told of a key that was pressed.</summary>
    public Action<RelayKey, char> Press { get; set; } = static (_, _) => { };

    public bool HoldsBack => _withheld.Count > 0;

    public void Take(in Output order)
    {
        RecordingKey key = order.Recording;
        if (order.Kind == OutputKind.StartRecording)
        {
            onEvent(new RecordingEvent(agenda.Now, RecordingDeed.Ordered, key.ToString()));
            Begin(key);
            return;
        }
        onEvent(new RecordingEvent(agenda.Now, RecordingDeed.StopOrdered, key.ToString()));
        bool isLate = rng.Chance(weather.RecorderLate);
        bool isNever = rng.Chance(weather.RecorderNever);
        bool isTwice = rng.Chance(weather.RecorderLate);
        TimeSpan delay = rng.Between(0, isLate ? 20 : 0.1);
        HandOver(key);
        if (isNever)
        {
            _withheld.Add(key);
            return;
        }
        agenda.After(delay, () => Close(key, ""));
        if (isTwice)
        {
            agenda.After(delay + rng.Between(0, 3), () => Tell(key, RecordingReportKind.Closed, ""));
        }
    }

    private void HandOver(RecordingKey key)
    {
        if (rng.Chance(weather.RelayNever))
        {
            return; // its call hears only that the files are closed
        }
        bool isTwice = rng.Chance(weather.RelayTwice);
        TimeSpan delay = rng.Between(0, rng.Chance(weather.RelayLate) ? 20 : 0.01);
        agenda.After(delay, () => Tell(key, RecordingReportKind.HandedOver, ""));
        if (isTwice)
        {
            agenda.After(delay + rng.Between(0, 3), () => Tell(key, RecordingReportKind.HandedOver, ""));
        }
    }

    /// <summary>A phone's path is listened to: somebody may dial the code, or half of it.</summary>
    public void Listen(RelayKey path, RelaySettings settings)
    {
        if (settings.Tap is not { WantsDigits: true } || !rng.Chance(weather.DialsCode))
        {
            return;
        }
        TimeSpan at = rng.Pick(rng.Between(0, 0.5), rng.Between(0, 20), rng.Between(0, 200));
        foreach (char digit in rng.Pick("*1", "*1", "**1", "*", "1"))
        {
            at += rng.Between(0.05, 2);
            agenda.After(at, () => Press(path, digit));
        }
    }

    /// <summary>The thread starts anew: what it held back is closed.</summary>
    public void Restart()
    {
        foreach (RecordingKey key in _withheld.ToArray())
        {
            Close(key, "");
        }
        _withheld.Clear();
    }

    private void Begin(RecordingKey key)
    {
        _ = _open.Add(key);
        bool fails = rng.Chance(weather.RecorderFails);
        TimeSpan opens = rng.Between(0, rng.Chance(weather.RecorderLate) ? 5 : 0.1);
        TimeSpan breaks = opens + rng.Between(0, 100);
        bool breaksLater = rng.Chance(weather.RecorderFails);
        if (fails)
        {
            agenda.After(opens, () => Close(key, "no space left on device"));
            return;
        }
        agenda.After(opens, () => Tell(key, RecordingReportKind.Started, ""));
        if (breaksLater)
        {
            agenda.After(breaks, () => Close(key, "input/output error"));
        }
    }

    private void Close(RecordingKey key, string problem)
    {
        if (_open.Remove(key))
        {
            Tell(key, RecordingReportKind.Closed, problem);
        }
    }

    private void Tell(RecordingKey key, RecordingReportKind kind, string problem)
    {
        if (kind != RecordingReportKind.Started)
        {
            RecordingDeed deed = kind == RecordingReportKind.Closed ? RecordingDeed.Closed : RecordingDeed.HandedOver;
            onEvent(new RecordingEvent(agenda.Now, deed, key.ToString()));
        }
        Report(new RecordingReport(kind, key, kind == RecordingReportKind.Started || problem.Length == 0 ? "x.wav" : "", problem));
    }
}
