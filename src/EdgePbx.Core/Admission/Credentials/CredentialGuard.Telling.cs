using System.Text;

namespace EdgePbx.Core;

// what the log and people hear of it: a source's first failures one by one, then one line a minute
internal sealed partial class CredentialGuard
{
    private readonly OwnedTimer _minute;
    private Instant _lines;
    private int _unsaidElsewhere; // of sources that have no place, or no line

    /// <summary>Who is banned or slowed now, and why; the last to fail first.</summary>
    public IReadOnlyList<BanSnapshot> Snapshot(Instant now)
    {
        List<(Instant Last, BanSnapshot Ban)> bans = [];
        foreach (ref FailureRecord record in _sources.All)
        {
            if (record.IsBannedAt(now))
            {
                bans.Add((record.Last, Shown(now, record, record.BannedUntil, BanSnapshot.Banned, "")));
            }
        }
        foreach (ref FailureRecord record in _pairs.All)
        {
            if (record.IsBannedAt(now))
            {
                bans.Add((record.Last, Shown(now, record, record.BannedUntil, BanSnapshot.Banned, record.Name.ToString())));
            }
            else if (record.Key != 0 && record.Count >= GuessLimits.DelayedFrom && now - record.Since <= GuessLimits.Window)
            {
                bans.Add((record.Last, Shown(now, record, record.Since + GuessLimits.Window, BanSnapshot.Slowed, record.Name.ToString())));
            }
        }
        return [.. bans.OrderByDescending(static one => one.Last).Select(static one => one.Ban).Take(BanSnapshot.MostShown)];
    }

    /// <summary>Somebody wants it forgotten.</summary>
    /// <param name="source">Whose; none: everybody's.</param>
    /// <returns>How many bans and delays there were.</returns>
    public int Clear(Instant now, NetAddress source)
    {
        int cleared = Clear(now, source.Network, _sources.All, static (record, at) => record.IsBannedAt(at))
            + Clear(now, source.Network, _pairs.All, static (record, at) => record.IsBannedAt(at) || record.Count >= GuessLimits.DelayedFrom);
        if (source.IsNone)
        {
            _accounts.All.Clear();
            _others = default;
        }
        _log.BansCleared(source.IsNone ? "all" : source.ToString(), cleared);
        return cleared;
    }

    private static int Clear(Instant now, NetAddress network, Span<FailureRecord> records, Func<FailureRecord, Instant, bool> counts)
    {
        int cleared = 0;
        foreach (ref FailureRecord record in records)
        {
            if (record.Key != 0 && (network.IsNone || record.Source == network))
            {
                cleared += counts(record, now) ? 1 : 0;
                record = default;
            }
        }
        return cleared;
    }

    private static BanSnapshot Shown(Instant now, in FailureRecord record, Instant until, string state, string account) => new()
    {
        Source = record.Source.ToString() + (record.Source.IsV6 ? "/64" : ""),
        Extension = account,
        State = state,
        Reason = account.Length > 0 ? "wrong secret, or no such extension" : "wrong secrets for several extensions",
        SecondsLeft = Math.Round((until - now).TotalSeconds, 1),
    };

    private void SayRefused(Instant now, int place, in SipFlow source, ReadOnlySpan<byte> account, ReadOnlySpan<byte> method)
    {
        bool isFirst = place >= 0 && _sources[place].Said < GuessLimits.FirstLines;
        if (isFirst && GuessLimits.LineRate.TryTake(ref _lines, now))
        {
            _sources[place].Said++;
            _log.CredentialsRefused(_sources[place].Name.ToString(), source, Encoding.ASCII.GetString(method));
            return;
        }
        _ = place >= 0 ? _sources[place].Unsaid++ : _unsaidElsewhere++;
        SayInAMinute(now);
    }

    private void NoteWithheld(Instant now, int place)
    {
        _counters.CredentialsWithheld++;
        _ = place >= 0 ? _sources[place].UnsaidWithheld++ : _unsaidElsewhere++;
        SayInAMinute(now);
    }

    private void SayInAMinute(Instant now)
    {
        if (!_minute.IsArmed)
        {
            _minute.Arm(now + GuessLimits.LineEvery);
        }
    }

    private void OnMinute(Instant now)
    {
        foreach (ref FailureRecord record in _sources.All)
        {
            if (record.Unsaid + record.UnsaidWithheld == 0)
            {
                continue;
            }
            if (GuessLimits.LineRate.TryTake(ref _lines, now))
            {
                _log.CredentialsRefusedAgain(record.Source, record.Unsaid, record.Name.ToString(), record.UnsaidWithheld);
            }
            else
            {
                _unsaidElsewhere += record.Unsaid + record.UnsaidWithheld;
            }
            (record.Unsaid, record.UnsaidWithheld) = (0, 0);
        }
        if (_unsaidElsewhere > 0)
        {
            _log.CredentialsRefusedElsewhere(_unsaidElsewhere);
            _unsaidElsewhere = 0;
        }
    }

    private void OnBanEnd(Instant now)
    {
        Instant next = Earlier(EndBans(now, _sources.All, ofAccount: false), EndBans(now, _pairs.All, ofAccount: true));
        if (next < Instant.Never)
        {
            _banEnd.Arm(next);
        }
    }

    /// <returns>When the next one is over.</returns>
    private Instant EndBans(Instant now, Span<FailureRecord> records, bool ofAccount)
    {
        Instant next = Instant.Never;
        foreach (ref FailureRecord record in records)
        {
            if (record.IsBannedAt(now))
            {
                next = Earlier(next, record.BannedUntil);
            }
            else if (record.BannedUntil > record.BanEndSaid)
            {
                record.BanEndSaid = record.BannedUntil;
                _log.SourceBanEnded(record.Source, ofAccount ? $"credentials of {record.Name}" : "requests");
            }
        }
        return next;
    }

    private static Instant Earlier(Instant a, Instant b) => a < b ? a : b;
}
