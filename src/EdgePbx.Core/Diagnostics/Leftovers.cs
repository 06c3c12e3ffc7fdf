using Microsoft.Extensions.Logging;

namespace EdgePbx.Core;

/// <summary>What the reconciler found and released. It stays in the status until somebody has seen it.</summary>
internal sealed class Leftovers(ILogger log)
{
    private const int Kept = 50;
    private readonly Queue<(Instant At, string Gauge, int Count, string Owner)> _found = new();

    /// <summary>Something was found that nobody has acknowledged.</summary>
    public bool Any => _found.Count > 0;

    /// <summary>Things released since the start.</summary>
    public long Released { get; private set; }

    public void Add(Instant now, string gauge, int count, string owner)
    {
        if (count <= 0)
        {
            return;
        }
        log.GaugeNotAtBaseline(gauge, count, owner);
        Released += count;
        if (_found.Count == Kept)
        {
            _ = _found.Dequeue();
        }
        _found.Enqueue((now, gauge, count, owner));
    }

    public void Acknowledge()
    {
        if (_found.Count > 0)
        {
            log.LeftoversAcknowledged(_found.Count);
            _found.Clear();
        }
    }

    public IReadOnlyList<LeftoverSnapshot> Snapshot(Instant now) =>
        [.. _found.Reverse().Select(one => new LeftoverSnapshot(one.Gauge, one.Count, one.Owner, (now - one.At).TotalSeconds))];
}
