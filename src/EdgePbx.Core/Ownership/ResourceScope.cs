namespace EdgePbx.Core;

/// <summary>
/// The only owner of a call's resources: what it was given, it releases, once, last first. There is no way to
/// release by name. A nested scope (a leg's) is itself a resource of the scope that contains it.
/// </summary>
public sealed class ResourceScope(Action<Instant>? onEmpty, Action<ResourceKind, Exception> onReleaseFailed)
{
    private readonly List<IOwned> _open = [];
    private readonly List<IOwned> _pending = [];

    /// <summary>What is still held, or released and not yet confirmed.</summary>
    public int Outstanding => _open.Count + _pending.Count;

    public bool IsClosing { get; private set; }

    /// <summary>How many resources were ever taken; with <see cref="Closed"/> the call's receipt.</summary>
    public int Opened { get; private set; }

    /// <summary>How many of them are given back.</summary>
    public int Closed { get; private set; }

    /// <summary>What is left, for the event that says so.</summary>
    public IEnumerable<ResourceKind> OutstandingKinds => _open.Concat(_pending).Select(resource => resource.Kind);

    /// <summary>Takes a resource. A scope that is closing releases what it is handed, and throws.</summary>
    public T Own<T>(T resource, Instant now) where T : class, IOwned
    {
        if (IsClosing)
        {
            Opened++;
            if (ReleaseOne(resource, now) == Release.Pending)
            {
                _pending.Add(resource);
            }
            throw new InvalidOperationException($"{resource.Kind} acquired by a call that is ending");
        }
        Opened++;
        _open.Add(resource);
        return resource;
    }

    /// <summary>Gives one resource back before the end. What this scope does not hold is a bug, and throws.</summary>
    public void ReleaseNow(IOwned resource, Instant now)
    {
        if (!_open.Remove(resource))
        {
            throw new InvalidOperationException($"{resource.Kind} released twice, or by a scope that does not own it");
        }
        if (ReleaseOne(resource, now) == Release.Pending)
        {
            _pending.Add(resource);
        }
    }

    /// <summary>Hands a resource over to another owner: the only way in which ownership moves.</summary>
    public void MoveTo(ResourceScope other, IOwned resource, Instant now)
    {
        if (!_open.Remove(resource))
        {
            throw new InvalidOperationException($"{resource.Kind} moved by a scope that does not own it");
        }
        Opened--;
        _ = other.Own(resource, now);
    }

    public bool Owns(IOwned resource) => _open.Contains(resource);

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
            IOwned resource = _open[^1];
            _open.RemoveAt(_open.Count - 1);
            if (ReleaseOne(resource, now) == Release.Pending)
            {
                _pending.Add(resource);
            }
        }
        Settle(now);
    }

    /// <summary>Another thread says that it has let go of the resource.</summary>
    public void Confirm(IOwned resource, Instant now)
    {
        if (!_pending.Remove(resource))
        {
            throw new InvalidOperationException($"{resource.Kind} confirmed without being pending");
        }
        Closed++;
        Settle(now);
    }

    private Release ReleaseOne(IOwned resource, Instant now)
    {
        Release result = Release.Done;
        try
        {
            result = resource.Release(now);
        }
#pragma warning disable CA1031 // one bad release must not cost the others theirs
        catch (Exception failure)
#pragma warning restore CA1031
        {
            onReleaseFailed(resource.Kind, failure);
        }
        if (result == Release.Done)
        {
            Closed++;
        }
        return result;
    }

    private void Settle(Instant now)
    {
        if (IsClosing && Outstanding == 0)
        {
            onEmpty?.Invoke(now);
        }
    }
}
