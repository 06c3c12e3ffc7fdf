namespace EdgePbx.Core;

/// <summary>
/// The only owner of a call's resources: what registered with it, it releases, once, last first. There is no way to
/// release by name. A nested scope (a leg's) belongs to a resource of the scope that contains it.
/// </summary>
public sealed class ResourceScope
{
    private readonly Action<Instant>? _onEmpty;
    private readonly Action<ResourceKind, Exception> _onReleaseFailed;
    private readonly List<Owned> _open = [];
    private readonly List<Owned> _pending = [];

    /// <param name="onEmpty">Called once, when everything is given back after <see cref="Close"/>.</param>
    /// <param name="onReleaseFailed">Called for each release that threw.</param>
    /// <param name="ledger">Where the call counts what it takes; null: nobody counts.</param>
    internal ResourceScope(Action<Instant>? onEmpty, Action<ResourceKind, Exception> onReleaseFailed, CallLedger? ledger = null) =>
        (_onEmpty, _onReleaseFailed, Ledger) = (onEmpty, onReleaseFailed, ledger);

    internal CallLedger? Ledger { get; }

    /// <summary>What is still held, or released and not yet confirmed.</summary>
    public int Outstanding => _open.Count + _pending.Count;

    public bool IsClosing { get; private set; }

    /// <summary>How many resources were ever taken; with <see cref="Closed"/> the call's receipt.</summary>
    public int Opened { get; private set; }

    /// <summary>How many of them are given back; one whose release failed is not.</summary>
    public int Closed { get; private set; }

    /// <summary>What is left, for the event that says so.</summary>
    public IEnumerable<ResourceKind> OutstandingKinds => _open.Concat(_pending).Select(resource => resource.Kind);

    public bool Owns(Owned resource) => _open.Contains(resource);

    /// <summary>Gives one resource back before the end. What this scope does not hold is a bug, and throws.</summary>
    public void ReleaseNow(Owned resource, Instant now)
    {
        if (!_open.Remove(resource))
        {
            throw new InvalidOperationException($"{resource.Kind} released twice, or by a scope that does not own it");
        }
        ReleaseOne(resource, now);
    }

    /// <summary>Releases everything, last first. A second call does nothing.</summary>
    public void Close(Instant now)
    {
        if (IsClosing)
        {
            return;
        }
        IsClosing = true;
        while (_open.Count > 0)
        {
            Owned resource = _open[^1];
            _open.RemoveAt(_open.Count - 1);
            ReleaseOne(resource, now);
        }
        Settle(now);
    }

    /// <summary>Another thread says that it has let go of the resource.</summary>
    public void Confirm(Owned resource, Instant now)
    {
        if (!_pending.Remove(resource))
        {
            throw new InvalidOperationException($"{resource.Kind} confirmed without being pending");
        }
        CountClosed(resource);
        Settle(now);
    }

    /// <summary>Takes what nobody confirms for lost, and tells each to <paramref name="onAbandoned"/>. It counts as opened and not closed.</summary>
    internal void Abandon(Instant now, Action<Owned> onAbandoned)
    {
        if (_pending.Count == 0)
        {
            return;
        }
        foreach (Owned resource in _pending.ToArray())
        {
            _ = _pending.Remove(resource);
            onAbandoned(resource);
        }
        Settle(now);
    }

    internal void Register(Owned resource)
    {
        if (IsClosing)
        {
            throw new InvalidOperationException($"{resource.Kind} acquired by a call that is ending");
        }
        Opened++;
        if (resource.Counted is { } kind)
        {
            Ledger?.Open(kind);
        }
        _open.Add(resource);
    }

    private void ReleaseOne(Owned resource, Instant now)
    {
        Release result;
        try
        {
            result = resource.Release(now);
        }
#pragma warning disable CA1031 // one bad release must not cost the others theirs
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _onReleaseFailed(resource.Kind, failure);
            return;
        }
        if (result == Release.Pending)
        {
            _pending.Add(resource);
        }
        else
        {
            CountClosed(resource);
        }
    }

    private void CountClosed(Owned resource)
    {
        Closed++;
        if (resource.Counted is { } kind)
        {
            Ledger?.Close(kind);
        }
    }

    private void Settle(Instant now)
    {
        if (IsClosing && Outstanding == 0)
        {
            (_open.Capacity, _pending.Capacity) = (0, 0); // what names a call for half a minute more needs no room
            _onEmpty?.Invoke(now);
        }
    }
}
