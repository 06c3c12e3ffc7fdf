using System.Runtime.InteropServices;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>
/// The relay thread's end of all recordings: copies packets into a buffer and hands it over when it is full, or soon. It never
/// waits, and allocates nothing unless it misses something.
/// </summary>
/// <param name="inbox">Null: nobody records.</param>
internal sealed class RecordingTaps(RecorderInbox? inbox)
{
    /// <summary>How long a packet waits here at most, as long as the recorder keeps up.</summary>
    public const int HandOverMilliseconds = 80;

    /// <summary>So many buffers under way: the recorder is behind, and gets them full.</summary>
    internal const int KeepsUp = 4;

    /// <summary>What is longer is no packet of a voice.</summary>
    private const int LargestPayload = 4096;

    private static readonly TimeSpan HandOver = TimeSpan.FromMilliseconds(HandOverMilliseconds);

    // by slot: of one whose end never comes, or is over when its last packets come, nothing stays when its slot is somebody else's
    private readonly Dictionary<ushort, Missed> _missed = [];
    private TapBuffer? _current;
    private Instant _since;

    /// <summary>Recordings of which something was missed.</summary>
    internal int Remembered => _missed.Count;

    /// <summary>Something waits to be handed over.</summary>
    public bool IsHolding => _current is not null;

    public void Take(Instant now, MediaTap tap, RecordedCodec codec, in RtpPacket packet)
    {
        ReadOnlySpan<byte> payload = packet.Sound;
        if (codec is RecordedCodec.Unknown or RecordedCodec.TelephoneEvent or RecordedCodec.ComfortNoise
            || payload.Length is 0 or > LargestPayload)
        {
            return;
        }
        if (_current?.HasRoomFor(payload.Length) == false)
        {
            HandOverNow();
        }
        if (_current is null)
        {
            (_current, _since) = (inbox?.TryRent(), now);
        }
        if (_current is null)
        {
            inbox?.CountMissed();
            CountMissed(tap.Recording);
            return;
        }
        _current.Add(new TappedHeader
        {
            Arrival = now,
            Recording = tap.Recording,
            Ssrc = packet.Ssrc,
            Timestamp = packet.Timestamp,
            PayloadLength = (ushort)payload.Length,
            Codec = codec,
            Side = tap.Side,
        }, payload);
    }

    /// <summary>Once a turn of the loop.</summary>
    public void Tick(Instant now)
    {
        if (_current is not null && now - _since >= HandOver && inbox!.Lent <= KeepsUp)
        {
            HandOverNow();
        }
    }

    /// <summary>
    /// Nothing comes for this recording any more. Its end goes behind its last packets: by itself, or, if the recorder is behind, with
    /// them in their buffer, as else each end would cost a buffer that is nearly empty.
    /// </summary>
    public void Stop(Instant now, RecordingKey recording)
    {
        int missed = TakeMissed(recording);
        if (_current?.HasRoomFor(0) == true && inbox!.Lent > KeepsUp)
        {
            _current.Add(TappedHeader.End(now, recording, missed), default);
            inbox.HandOver(recording);
            return;
        }
        HandOverNow();
        if (inbox?.TryPost(new RecorderMessage(RecorderMessageKind.Stop, recording) { At = now, Missed = missed }) == true)
        {
            inbox.HandOver(recording);
        }
    }

    /// <summary>What waits goes now, be it little.</summary>
    public void HandOverNow()
    {
        if (_current is { } buffer)
        {
            _current = null;
            _ = inbox!.TryPost(new RecorderMessage(RecorderMessageKind.Packets, default) { Buffer = buffer }); // there is a place for each
        }
    }

    private void CountMissed(RecordingKey recording)
    {
        ref Missed missed = ref CollectionsMarshal.GetValueRefOrAddDefault(_missed, recording.Slot, out _);
        missed = new Missed(recording, missed.Recording == recording ? missed.Packets + 1 : 1);
    }

    private int TakeMissed(RecordingKey recording) =>
        _missed.TryGetValue(recording.Slot, out Missed missed) && missed.Recording == recording && _missed.Remove(recording.Slot) ? missed.Packets : 0;

    private readonly record struct Missed(RecordingKey Recording, int Packets);
}
