using System.Text;

namespace EdgePbx.Core;

/// <summary>
/// Sees to it that bindings survive a power cut. It hands out what must be kept and holds the answer to a REGISTER back until
/// that is on the medium, so that whoever got a 200 can be called after any restart.
/// </summary>
/// <remarks>
/// A refresh changes nothing that must be kept: at a restart each binding gets the whole time that it was granted, which is never
/// less than what was left of it. So a phone that stays where it is costs the medium nothing, and no clock has to be right.
/// </remarks>
internal sealed class BindingKeeper
{
    /// <summary>An answer waits for the medium no longer than this; phones repeat a request for 32 s.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>What is read back may be no better than what a phone may say.</summary>
    private static readonly TimeSpan LongestGrant = TimeSpan.FromHours(1);

    private readonly PbxContext _context;
    private readonly LocationService _location;
    private readonly OwnedTimer _patience;
    private readonly Dictionary<string, KeptBindings> _kept = new(StringComparer.Ordinal); // handed out last, by extension
    private readonly Queue<HeldAnswer> _held = new();
    private long _lastNumber;
    private long _onMedium;
    private long _failedAt;

    public BindingKeeper(PbxContext context, LocationService location)
    {
        (_context, _location) = (context, location);
        _patience = new OwnedTimer(context.Timers, TimerKind.Housekeeping, now => Fail(now, "the medium is too slow"));
    }

    /// <summary>Answers that wait for the medium.</summary>
    public int Held => _held.Count;

    /// <summary>The medium did not take what it was given: answers go out without it.</summary>
    public bool IsFailing { get; private set; }

    public void Begin(Instant now, IReadOnlyList<KeptBindings> former, PbxSettings settings)
    {
        HashSet<string> known = [.. settings.Extensions.Select(extension => extension.Number)];
        foreach (KeptBindings one in former)
        {
            _kept[one.Extension] = one with { Number = 0 };
        }
        _location.OnChanged = Note;
        foreach (KeptBindings one in former)
        {
            Binding[] usable = [.. one.Bindings.Where(IsUsable).Take(SipLimits.BindingsPerAddress)];
            _location.Replace(one.Extension, known.Contains(one.Extension)
                ? [.. usable.Select((binding, index) => binding.Restored(now, Shorter(binding.Granted, LongestGrant), order: -1 - index))]
                : []);
        }
    }

    /// <summary>These bindings of the extension would have to be written: they are not what is kept of it.</summary>
    public bool IsNews(string extension, IReadOnlyList<Binding> bindings) =>
        !IsKeptBy([.. bindings.Where(OutlivesRestart)], _kept.TryGetValue(extension, out KeptBindings? kept) ? kept.Bindings : []);

    /// <summary>Calls back when the last change of the extension is on the medium, or at once if it is or can't be.</summary>
    public void WhenKept(Instant now, string extension, Action<Instant> then)
    {
        if (IsFailing || !_kept.TryGetValue(extension, out KeptBindings? kept) || kept.Number <= _onMedium)
        {
            then(now);
            return;
        }
        _held.Enqueue(new HeldAnswer(kept.Number, now + Patience, then));
        if (!_patience.IsArmed)
        {
            _patience.Arm(now + Patience);
        }
    }

    /// <summary>The medium has taken all up to this number, or has failed to.</summary>
    public void Note(Instant now, long upTo, string? problem)
    {
        if (problem is not null)
        {
            Fail(now, problem);
            return;
        }
        _onMedium = Math.Max(_onMedium, upTo);
        if (IsFailing && _onMedium >= _failedAt)
        {
            IsFailing = false;
            _context.Log.RegistrationsKeptAgain();
        }
        // not all that waits is in the order of its numbers: a refresh may wait for the change before the last one
        for (int left = _held.Count; left > 0; left--)
        {
            HeldAnswer held = _held.Dequeue();
            if (held.Number <= _onMedium)
            {
                held.Then(now);
            }
            else
            {
                _held.Enqueue(held);
            }
        }
        Rearm();
    }

    private void Note(string extension, IReadOnlyList<Binding> bindings)
    {
        Binding[] lasting = [.. bindings.Where(OutlivesRestart)];
        _ = _kept.TryGetValue(extension, out KeptBindings? kept);
        if (IsKeptBy(lasting, kept?.Bindings ?? []))
        {
            return;
        }
        var next = new KeptBindings(++_lastNumber, extension, lasting);
        _kept[extension] = next;
        _context.Outbox.Add(new Output(OutputKind.KeepBindings) { Bindings = next });
    }

    private void Fail(Instant now, string problem)
    {
        _failedAt = _lastNumber;
        if (!IsFailing)
        {
            IsFailing = true;
            _context.Log.RegistrationsNotKept(problem);
        }
        while (_held.TryDequeue(out HeldAnswer held))
        {
            held.Then(now);
        }
        _patience.Cancel();
    }

    private void Rearm()
    {
        if (_held.TryPeek(out HeldAnswer first))
        {
            _patience.Arm(first.Until);
        }
        else
        {
            _patience.Cancel();
        }
    }

    /// <summary>A phone behind a NAT that came by TCP can't be reached without its connection (RFC 5626 1), and comes back by itself.</summary>
    private static bool OutlivesRestart(Binding binding) =>
        binding.Flow.Transport == SipTransport.Udp || !NextHops.IsBehindNat(binding.ContactBytes, binding.Flow);

    private static bool IsKeptBy(Binding[] wanted, IReadOnlyList<Binding> kept) =>
        wanted.Length == kept.Count && Array.TrueForAll(wanted, binding => kept.Any(candidate => IsKeptBy(binding, candidate)));

    // Call-ID and CSeq are not kept: see Binding.Restored
    private static bool IsKeptBy(Binding wanted, Binding kept) =>
        wanted.Contact == kept.Contact && IsSameWay(wanted.Flow, kept.Flow) && wanted.Q.Equals(kept.Q) && wanted.UserAgent == kept.UserAgent
        && wanted.InstanceId == kept.InstanceId && wanted.RegId == kept.RegId
        && kept.Granted >= wanted.Granted && kept.Granted <= 2 * wanted.Granted;

    // of TCP only what is left without the connection: it is opened anew to where the Contact says
    private static bool IsSameWay(in SipFlow wanted, in SipFlow kept) => wanted.Transport == kept.Transport && (wanted.Transport == SipTransport.Udp
        ? wanted.Remote == kept.Remote && wanted.Local == kept.Local
        : wanted.Remote.Address == kept.Remote.Address);

    private static bool IsUsable(Binding binding)
    {
        byte[] uri = Encoding.UTF8.GetBytes(binding.Contact);
        return uri.Length <= ContactRequest.LongestText && RemoteTargets.IsUsable(uri) && SipUri.TryParse(uri, out SipUri parsed) && !parsed.IsSips
            && binding.Granted > TimeSpan.Zero && !binding.Flow.Remote.IsNone;
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private readonly record struct HeldAnswer(long Number, Instant Until, Action<Instant> Then);
}
