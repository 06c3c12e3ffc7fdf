using Microsoft.Extensions.Logging;

namespace EdgePbx.Core;

/// <summary>What is done with credentials.</summary>
internal enum GuessVerdict : byte
{
    Judge,

    /// <summary>They are not looked at now; a copy of the request may be.</summary>
    TooSoon,

    /// <summary>They are not looked at for some time.</summary>
    Banned,
}

/// <summary>
/// Makes guessing slow without keeping an owner out (RFC 3261 26.3.2.4 leaves it to the server). Only wrong answers to nonces that
/// were made for the source's own address come here, so nobody can fail in another's name. A known source may be slowed for the
/// account that fails there, and is never banned. Fixed in size; after the first failure nothing is allocated but what is logged.
/// </summary>
internal sealed partial class CredentialGuard
{
    private readonly FailureTable _pairs = new(256);
    private readonly FailureTable _sources = new(256);
    private readonly FailureTable _accounts = new(32);
    private readonly byte[] _key = new byte[SipHash.KeyLength];
    private readonly Entropy _entropy;
    private readonly ILogger _log;
    private readonly Counters _counters;
    private readonly LocationService _location;
    private readonly Func<NetAddress, bool> _isNeverBanned;
    private readonly OwnedTimer _banEnd;
    private Instant _others;
    private bool _hasFailures; // before the first one there is nothing to look for, and no key to do it with

    /// <param name="context">Whose timers, log and counters it uses.</param>
    /// <param name="location">Knows who is registered, and from where.</param>
    public CredentialGuard(PbxContext context, LocationService location)
    {
        (_log, _counters, _location, _isNeverBanned) = (context.Log, context.Counters, location, context.IsNeverBanned);
        _entropy = context.Entropy;
        _banEnd = new OwnedTimer(context.Timers, TimerKind.Housekeeping, OnBanEnd);
        _minute = new OwnedTimer(context.Timers, TimerKind.Housekeeping, OnMinute);
    }

    /// <summary>Nothing of this source is heard but what belongs to a dialog. What comes is counted.</summary>
    public bool IsBanned(Instant now, NetAddress source)
    {
        int place = _hasFailures ? _sources.Find(KeyOf(source.Network)) : -1;
        if (place < 0 || !_sources[place].IsBannedAt(now))
        {
            return false;
        }
        NoteWithheld(now, place);
        return true;
    }

    /// <summary>Whether to look at credentials at all, be they right or wrong.</summary>
    /// <param name="now">This moment.</param>
    /// <param name="source">Where they come from; their nonce was made for it.</param>
    /// <param name="account">The name that they claim, whether anybody has it or not.</param>
    public GuessVerdict Ask(Instant now, in SipFlow source, ReadOnlySpan<byte> account)
    {
        if (!_hasFailures)
        {
            return GuessVerdict.Judge;
        }
        NetAddress network = source.Remote.Address.Network;
        bool isOwnFlow = _location.IsRegisteredBy(account, source);
        int pair = _pairs.Find(KeyOf(network, account, isOwnFlow));
        int place = _sources.Find(KeyOf(network));
        GuessVerdict verdict = pair >= 0 && _pairs[pair].IsBannedAt(now) ? GuessVerdict.Banned
            : pair >= 0 && _pairs[pair].QuietUntil > now ? GuessVerdict.TooSoon
            : isOwnFlow ? GuessVerdict.Judge
            : place >= 0 && IsFull(now, _sources[place]) && !GuessLimits.SourceRate.Has(_sources[place].JudgedFullAt, now) ? GuessVerdict.TooSoon
            : pair < 0 && !GuessLimits.OthersRate.Has(_others, now) ? GuessVerdict.TooSoon // the tables are full of bans
            : GuessVerdict.Judge;
        if (verdict != GuessVerdict.Judge)
        {
            NoteWithheld(now, place);
        }
        return verdict;
    }

    /// <summary>They were judged, and are right: whoever typed them in is not to be slowed any more.</summary>
    public void NoteAccepted(in SipFlow source, ReadOnlySpan<byte> account)
    {
        int pair = !_hasFailures ? -1 : _pairs.Find(KeyOf(source.Remote.Address.Network, account, _location.IsRegisteredBy(account, source)));
        if (pair >= 0)
        {
            _pairs[pair] = default;
        }
    }

    /// <summary>They were judged, and are wrong.</summary>
    /// <param name="now">This moment.</param>
    /// <param name="source">Where they come from.</param>
    /// <param name="account">The name that they claim.</param>
    /// <param name="isOurs">Somebody has that name; it changes nothing but what the log says.</param>
    /// <param name="method">Of the request.</param>
    public void NoteRefused(Instant now, in SipFlow source, ReadOnlySpan<byte> account, bool isOurs, ReadOnlySpan<byte> method)
    {
        if (!_hasFailures)
        {
            _hasFailures = true;
            _entropy.Fill(_key);
        }
        _counters.CredentialsRefused++;
        NetAddress network = source.Remote.Address.Network;
        ulong accountKey = KeyOf(account);
        bool isAttacked = NoteAccount(now, network, account, accountKey, isOurs);
        NotePair(now, source, account, isAttacked);
        int place = _sources.FindOrAdd(now, KeyOf(network));
        if (place >= 0)
        {
            ref FailureRecord record = ref _sources[place];
            record.Add(now, GuessLimits.Window);
            record.Source = network;
            record.Name.Set(account);
            record.AddOther(accountKey);
            _ = GuessLimits.SourceRate.TryTake(ref record.JudgedFullAt, now);
            if (record.Count >= GuessLimits.SourceBannedFrom && record.Others >= GuessLimits.SourceAccounts
                && !record.IsBannedAt(now) && !IsKnown(source.Remote.Address))
            {
                BanSource(now, ref record);
            }
        }
        SayRefused(now, place, source, account, method);
    }

    private void NotePair(Instant now, in SipFlow source, ReadOnlySpan<byte> account, bool isAttacked)
    {
        NetAddress network = source.Remote.Address.Network;
        bool isOwnFlow = _location.IsRegisteredBy(account, source);
        int pair = _pairs.FindOrAdd(now, KeyOf(network, account, isOwnFlow));
        if (pair < 0)
        {
            _ = GuessLimits.OthersRate.TryTake(ref _others, now);
            return;
        }
        ref FailureRecord record = ref _pairs[pair];
        record.Add(now, GuessLimits.Window);
        record.Source = network;
        record.Name.Set(account);
        if (isAttacked && !_location.IsRegisteredAt(account, network))
        {
            record.QuietUntil = now + GuessLimits.AttackDelay;
        }
        else if (record.Count >= GuessLimits.DelayedFrom)
        {
            record.QuietUntil = now + GuessLimits.Delay;
        }
        if (record.Count >= GuessLimits.BannedFrom && !isOwnFlow && !IsKnown(source.Remote.Address))
        {
            record.BannedUntil = now + GuessLimits.Ban;
            OnBanned(now, record, GuessLimits.Ban, ofAccount: true);
            record.Count = 0; // when it is over it begins anew
        }
    }

    /// <returns>Others than its phones try it from many places.</returns>
    private bool NoteAccount(Instant now, NetAddress network, ReadOnlySpan<byte> account, ulong key, bool isOurs)
    {
        int place = _accounts.FindOrAdd(now, key);
        if (place < 0)
        {
            return true;
        }
        ref FailureRecord record = ref _accounts[place];
        record.Add(now, GuessLimits.Window);
        record.Name.Set(account);
        record.AddOther(KeyOf(network));
        if (record.Count >= GuessLimits.AttackFrom && record.Others >= GuessLimits.AttackSources)
        {
            if (isOurs && !record.IsBannedAt(now))
            {
                _log.AccountUnderAttack(record.Name.ToString(), record.Count, record.Others);
            }
            record.BannedUntil = now + GuessLimits.Window;
        }
        return record.IsBannedAt(now);
    }

    private void BanSource(Instant now, ref FailureRecord record)
    {
        if (now - record.BannedUntil > GuessLimits.LongestBan)
        {
            record.Bans = 0; // forgiven
        }
        TimeSpan time = GuessLimits.Ban * Math.Pow(2, record.Bans);
        time = time < GuessLimits.LongestBan ? time : GuessLimits.LongestBan;
        record.Bans = (byte)Math.Min(record.Bans + 1, 8);
        record.BannedUntil = now + time;
        OnBanned(now, record, time, ofAccount: false);
        record.Count = 0;
    }

    private void OnBanned(Instant now, in FailureRecord record, TimeSpan time, bool ofAccount)
    {
        if (GuessLimits.LineRate.TryTake(ref _lines, now))
        {
            string what = ofAccount ? $"credentials of {record.Name}" : "all requests";
            _log.SourceBanned(record.Source, what, record.Count, (int)GuessLimits.Window.TotalMinutes, (int)time.TotalSeconds);
        }
        if (!_banEnd.IsArmed || record.BannedUntil < _banEnd.Due)
        {
            _banEnd.Arm(record.BannedUntil);
        }
    }

    /// <summary>Who is there may be slowed and not banned: a phone registers from there, or the owner has said so, or it is next door.</summary>
    private bool IsKnown(NetAddress source) => _location.IsRegisteredAt(source.Network) || _isNeverBanned(source);

    private static bool IsFull(Instant now, in FailureRecord source) =>
        source.Count >= GuessLimits.SourceBannedFrom && now - source.Since <= GuessLimits.Window;

    private ulong KeyOf(NetAddress network) => KeyOf(network, default, isOwnFlow: false);

    private ulong KeyOf(ReadOnlySpan<byte> account) => KeyOf(default, account, isOwnFlow: false);

    private ulong KeyOf(NetAddress network, ReadOnlySpan<byte> account, bool isOwnFlow)
    {
        Span<byte> text = stackalloc byte[18 + DigestVerifier.LongestName];
        text[0] = isOwnFlow ? (byte)1 : (byte)0;
        int length = 1 + network.WriteBytes(text[1..]);
        account = account[..Math.Min(account.Length, DigestVerifier.LongestName)];
        account.CopyTo(text[length..]);
        return SipHash.Of(_key, text[..(length + account.Length)]) | 1;
    }
}
