namespace EdgePbx.Core;

/// <summary>What is done with a datagram before anybody looks into it.</summary>
public enum SourceStanding : byte
{
    /// <summary>From a known address: it is served first.</summary>
    Known,

    /// <summary>Served when those of known addresses are.</summary>
    Stranger,

    /// <summary>More than strangers may send: dropped.</summary>
    Refused,
}

/// <summary>
/// How much of the box strangers may have: datagrams that are read, and answers that are sent to addresses that may be somebody
/// else's. As long as the loop keeps up, only a flood is too much: an office that comes back after a power cut is none, be it
/// that all its phones are strangers. Beyond, there is silence. Fixed in size; nothing is allocated.
/// </summary>
internal sealed class StrangerLimits
{
    /// <summary>An answer to a stranger is at most so many times as long as what came.</summary>
    public const int LongestAnswer = 4;

    private const int Network = 24;
    private const int Address = 32;

    /// <summary>While the loop has not kept up within this time, hardly a stranger is heard.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(500);

    private static readonly TokenRate ReadInAll = new(burst: 8000, perSecond: 1500);
    private static readonly TokenRate ReadWhileBehind = new(burst: 20, perSecond: 200);
    private static readonly TokenRate AnsweredInAll = new(burst: 3000, perSecond: 1000);

    private readonly SourceBuckets _readOfNetwork;
    private readonly SourceBuckets _answersToNetwork;
    private readonly SourceBuckets _answersToAddress;
    private readonly FloodEpisode _episode;
    private readonly Counters _counters;
    private Instant _readFullAt;
    private Instant _behindFullAt;
    private Instant _answersFullAt;
    private Instant _behindUntil = new(long.MinValue);

    public StrangerLimits(Entropy entropy, FloodEpisode episode, Counters counters)
    {
        (_episode, _counters) = (episode, counters);
        byte[] key = new byte[SipHash.KeyLength];
        entropy.Fill(key);
        _readOfNetwork = new SourceBuckets(key, Network, new TokenRate(burst: 3000, perSecond: 300));
        _answersToNetwork = new SourceBuckets(key, Network, new TokenRate(burst: 600, perSecond: 60));
        _answersToAddress = new SourceBuckets(key, Address, new TokenRate(burst: 60, perSecond: 10));
    }

    /// <summary>Strangers are being refused something, or were within the last five seconds.</summary>
    public bool IsFlooded => _episode.IsOn;

    /// <summary>The loop says for how long it has not once read all that waited in its sockets.</summary>
    public void ReportBacklog(Instant now, TimeSpan backlog)
    {
        if (backlog > TimeSpan.Zero)
        {
            _behindUntil = now + Rest;
        }
    }

    /// <summary>The loop does not keep up, or did not half a second ago.</summary>
    public bool IsBehind(Instant now) => now < _behindUntil;

    /// <summary>False: a datagram of this stranger is dropped.</summary>
    public bool TryRead(Instant now, NetAddress source)
    {
        if ((!IsBehind(now) || ReadWhileBehind.TryTake(ref _behindFullAt, now))
            && _readOfNetwork.TryTake(now, source) && ReadInAll.TryTake(ref _readFullAt, now))
        {
            return true;
        }
        _counters.DatagramsDroppedStrangers++;
        _episode.Note(now, isAnswer: false);
        return false;
    }

    /// <summary>False: this stranger gets no answer, since whoever really has the address may have asked for none.</summary>
    public bool TryAnswer(Instant now, NetAddress source)
    {
        if (_answersToAddress.TryTake(now, source) && _answersToNetwork.TryTake(now, source) && AnsweredInAll.TryTake(ref _answersFullAt, now))
        {
            return true;
        }
        _counters.AnswersWithheld++;
        _episode.Note(now, isAnswer: true);
        return false;
    }
}
