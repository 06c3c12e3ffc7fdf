using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>The relay thread's end of all recordings while nobody takes what it hands over: the medium stands still.</summary>
public sealed class RecordingTapsTests : IDisposable
{
    private static readonly CodecMap Codecs = CodecMap.Of();

    private readonly byte[] _bytes = Packets.Rtp(1);
    private readonly RecorderInbox _inbox = new();

    public void Dispose() => _inbox.Dispose();

    [Fact]
    public void Many_ends_cost_the_room_of_their_packets_and_no_buffer_each()
    {
        const int Calls = 800;
        var taps = new RecordingTaps(_inbox);
        int bytes = 0;
        for (ushort i = 0; i < Calls; i++)
        {
            var key = new RecordingKey(i, 1);
            Take(taps, key);
            taps.Stop(default, key);
            Assert.True(_inbox.TryTakeHandedOver(out RecordingKey handedOver));
            Assert.Equal(key, handedOver);
            bytes += 160 + 40 + 40; // sound, its head, the end
        }
        Assert.InRange(_inbox.Lent, 1, RecordingTaps.KeepsUp + 1 + (bytes / (RecorderInbox.BufferBytes - 240)));
        Assert.Equal(0, _inbox.Missed);

        taps.HandOverNow();
        var seen = new List<(ushort Slot, bool IsEnd)>();
        while (_inbox.TryTake(out RecorderMessage message))
        {
            seen.AddRange(message.Buffer is { } buffer ? Read(buffer).Select(header => (header.Recording.Slot, header.IsEnd)) : [(message.Recording.Slot, true)]);
        }
        Assert.Equal(Enumerable.Range(0, Calls).SelectMany(i => ((ushort, bool)[])[((ushort)i, false), ((ushort)i, true)]), seen);
    }

    [Fact]
    public void An_end_among_packets_says_what_was_missed()
    {
        using var small = new RecorderInbox(buffers: RecordingTaps.KeepsUp + 1);
        var taps = new RecordingTaps(small);
        for (ushort i = 0; i < RecordingTaps.KeepsUp; i++)
        {
            Take(taps, new RecordingKey(i, 1));
            taps.HandOverNow();
        }
        TapBuffer last = small.TryRent()!;
        var key = new RecordingKey(9, 1);
        Take(taps, key);
        Take(taps, key);
        small.Return(last);
        Take(taps, key);
        taps.Stop(new Instant(77), key);
        taps.HandOverNow();
        TappedHeader end = default;
        while (small.TryTake(out RecorderMessage message))
        {
            Assert.Equal(RecorderMessageKind.Packets, message.Kind);
            end = Read(message.Buffer!)[^1];
        }
        Assert.Equal((true, key, 2, new Instant(77)), (end.IsEnd, end.Recording, end.Missed, end.Arrival));
    }

    [Fact]
    public void The_recorder_ends_each_where_its_end_says()
    {
        using var medium = new SlowMedium();
        var taps = new RecordingTaps(medium.Inbox);
        RecordingKey[] keys = [.. Enumerable.Range(0, 20).Select(_ => medium.Begin().Key)];
        Instant start = medium.Now;
        foreach (RecordingKey key in keys)
        {
            medium.Advance(TimeSpan.FromSeconds(1));
            Take(taps, key);
            taps.Stop(medium.Now, key);
        }
        Assert.InRange(medium.Inbox.Lent, 1, RecordingTaps.KeepsUp + 1);
        medium.Advance(TimeSpan.FromSeconds(9));
        taps.HandOverNow();
        medium.TurnUntilLines(keys.Length);
        Assert.Equal(Enumerable.Range(1, keys.Length).Select(i => (double)i), medium.Reports().OrderBy(report => report.Recording.Slot).Select(report => report.Seconds));
    }

    [Fact]
    public void What_was_missed_of_recordings_whose_end_never_comes_is_forgotten_with_them()
    {
        using var none = new RecorderInbox(buffers: 0);
        var taps = new RecordingTaps(none);
        for (uint generation = 1; generation <= 1000; generation++)
        {
            Take(taps, new RecordingKey((ushort)(generation % 3), generation)); // it ended by itself, or this is a packet that came too late
        }
        Assert.Equal(3, taps.Remembered);
        Take(taps, new RecordingKey(0, 1001));
        Take(taps, new RecordingKey(0, 1001));
        taps.Stop(default, new RecordingKey(0, 999)); // long gone
        taps.Stop(default, new RecordingKey(0, 1001));
        taps.Stop(default, new RecordingKey(1, 1000));
        Assert.Equal([0, 2, 1], Enumerable.Range(0, 3).Select(_ => none.TryTake(out RecorderMessage end) ? end.Missed : -1));
        Assert.Equal(1, taps.Remembered);
    }

    private void Take(RecordingTaps taps, RecordingKey recording)
    {
        Assert.True(RtpPacket.TryParse(_bytes, out RtpPacket packet));
        taps.Take(default, new MediaTap { Codecs = Codecs, Recording = recording }, RecordedCodec.Pcmu, packet);
    }

    private static List<TappedHeader> Read(TapBuffer buffer)
    {
        var headers = new List<TappedHeader>();
        int place = 0;
        while (buffer.TryRead(ref place, out TappedHeader header, out _))
        {
            headers.Add(header);
        }
        return headers;
    }
}
