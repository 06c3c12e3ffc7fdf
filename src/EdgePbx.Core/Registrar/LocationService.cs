namespace EdgePbx.Core;

/// <summary>Knows where each extension can be reached now (RFC 3261 10.1).</summary>
public sealed class LocationService
{
    private readonly Dictionary<string, Binding[]> _bindings = new(StringComparer.Ordinal);
    private readonly Dictionary<Binding, SourceHold> _holds = [];
    private readonly SourceTable _sources;
    private readonly OwnedTimer _expiry;

    internal LocationService(TimerHeap timers, SourceTable sources) =>
        (_sources, _expiry) = (sources, new OwnedTimer(timers, TimerKind.Housekeeping, RemoveExpired));

    /// <summary>Told of each binding that ran out, after it is gone; not of those that were taken back.</summary>
    public Action<string, Binding>? OnExpired { get; set; }

    /// <summary>Told of all that an extension has left, after each change of it.</summary>
    internal Action<string, IReadOnlyList<Binding>>? OnChanged { get; set; }

    /// <summary>All bindings of all extensions.</summary>
    public int Count { get; private set; }

    /// <summary>By extension, each one's in the order of <see cref="Find"/>. The bindings must not change meanwhile.</summary>
    public IEnumerable<(string Extension, Binding Binding)> All =>
        _bindings.SelectMany(entry => entry.Value.Select(binding => (entry.Key, binding)));

    /// <summary>The live ones: the highest q first, of equal ones the last refreshed. The list never changes afterwards.</summary>
    public IReadOnlyList<Binding> Find(string extension, Instant now)
    {
        if (!_bindings.TryGetValue(extension, out Binding[]? bindings))
        {
            return [];
        }
        return Array.TrueForAll(bindings, binding => binding.IsLiveAt(now))
            ? bindings
            : Array.FindAll(bindings, binding => binding.IsLiveAt(now)); // due, and the timer has not fired yet
    }

    /// <summary>A phone of the account has a binding that it made from just there: address and port, or the connection.</summary>
    internal bool IsRegisteredBy(ReadOnlySpan<byte> account, in SipFlow flow)
    {
        foreach (Binding binding in Of(account))
        {
            if (binding.Flow.Transport == flow.Transport && binding.Flow.Remote == flow.Remote)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>A phone of the account is registered from there.</summary>
    internal bool IsRegisteredAt(ReadOnlySpan<byte> account, NetAddress network)
    {
        foreach (Binding binding in Of(account))
        {
            if (binding.Flow.Remote.Address.Network == network)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Any phone is registered from there.</summary>
    internal bool IsRegisteredAt(NetAddress network)
    {
        foreach (Binding[] bindings in _bindings.Values)
        {
            foreach (Binding binding in bindings)
            {
                if (binding.Flow.Remote.Address.Network == network)
                {
                    return true;
                }
            }
        }
        return false;
    }

    // what has run out is gone as soon as the clock moves on
    private Binding[] Of(ReadOnlySpan<byte> account)
    {
        Span<char> text = stackalloc char[DigestVerifier.LongestName];
        return account.Length <= text.Length
            && System.Text.Unicode.Utf8.ToUtf16(account, text, out _, out int length, replaceInvalidSequences: false) == System.Buffers.OperationStatus.Done
            && _bindings.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text[..length], out Binding[]? bindings) ? bindings : [];
    }

    /// <summary>
    /// A TCP connection has ended. A phone whose Contact is where it really is stays registered, and the next call opens a
    /// connection to it; one behind a NAT can't be reached any more until it registers anew.
    /// </summary>
    public void FlowClosed(in SipFlow flow)
    {
        if (flow is not { Transport: SipTransport.Tcp, Connection: > 0 })
        {
            return;
        }
        uint connection = flow.Connection;
        bool IsOver(Binding binding) => binding.Flow.Transport == SipTransport.Tcp && binding.Flow.Connection == connection;
        _ = RemoveWhere((_, binding) => IsOver(binding) && NextHops.IsBehindNat(binding.ContactBytes, binding.Flow));
        foreach (string extension in All.Where(entry => IsOver(entry.Binding)).Select(entry => entry.Extension).Distinct().ToArray())
        {
            Store(extension, Array.ConvertAll(_bindings[extension], binding => IsOver(binding) ? binding.WithoutConnection() : binding));
        }
    }

    /// <summary>A reload: extensions that are gone lose their bindings.</summary>
    public void RemoveExtensionsExcept(IReadOnlySet<string> extensions) => RemoveWhere((extension, _) => !extensions.Contains(extension));

    /// <summary>All bindings of an extension, replaced at once.</summary>
    internal void Replace(string extension, Binding[] bindings)
    {
        Array.Sort(bindings, Compare);
        Store(extension, bindings);
        foreach (Binding binding in bindings)
        {
            // a refresh leaves the timer at the old deadline: it then finds nothing, and moves on to the earliest
            if (!_expiry.IsArmed || binding.ExpiresAt < _expiry.Due)
            {
                _expiry.Arm(binding.ExpiresAt);
            }
        }
    }

    private static int Compare(Binding a, Binding b)
    {
        int byQ = b.Q.CompareTo(a.Q);
        return byQ != 0 ? byQ : b.Order.CompareTo(a.Order);
    }

    private void Store(string extension, Binding[] bindings)
    {
        Binding[] before = _bindings.GetValueOrDefault(extension, []);
        Count += bindings.Length - before.Length;
        HoldSources(before, bindings);
        if (bindings.Length > 0)
        {
            _bindings[extension] = bindings;
        }
        else
        {
            _ = _bindings.Remove(extension);
        }
        if (Count == 0)
        {
            _expiry.Cancel();
        }
        OnChanged?.Invoke(extension, bindings);
    }

    /// <summary>Each binding makes its source a known one. What stays is taken before what goes is given back.</summary>
    private void HoldSources(Binding[] before, Binding[] after)
    {
        foreach (Binding binding in after)
        {
            if (!_holds.ContainsKey(binding))
            {
                _holds.Add(binding, new SourceHold(_sources, binding.Flow));
            }
        }
        foreach (Binding binding in before)
        {
            if (!after.Contains(binding) && _holds.Remove(binding, out SourceHold? hold))
            {
                hold.Release();
            }
        }
    }

    private void RemoveExpired(Instant now)
    {
        List<(string Extension, Binding Binding)> expired = RemoveWhere((_, binding) => !binding.IsLiveAt(now));
        if (Count > 0)
        {
            _expiry.Arm(_bindings.Values.Min(bindings => bindings.Min(binding => binding.ExpiresAt)));
        }
        foreach ((string extension, Binding binding) in expired)
        {
            OnExpired?.Invoke(extension, binding);
        }
    }

    private List<(string Extension, Binding Binding)> RemoveWhere(Func<string, Binding, bool> isGone)
    {
        List<(string Extension, Binding Binding)> gone = [.. All.Where(entry => isGone(entry.Extension, entry.Binding))];
        foreach (string extension in gone.Select(entry => entry.Extension).Distinct().ToArray())
        {
            Store(extension, Array.FindAll(_bindings[extension], binding => !isGone(extension, binding)));
        }
        return gone;
    }
}
