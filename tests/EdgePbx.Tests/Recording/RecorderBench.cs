using System.Runtime.InteropServices;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>The real recorder thread on a folder of its own, with packets that a test makes.</summary>
internal sealed class RecorderBench : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgepbx-recorder-");
    private readonly AutoResetEvent _reported = new(false);
    private readonly RecorderInbox _inbox;
    private ushort _slot;

    public RecorderBench(long largestTotal = 1L << 30, TimeSpan? longestAge = null, string? folder = null, bool starts = true)
    {
        Section = new RecordingSection(RecordMode.Always, "*1", folder ?? Path.Combine(_folder.FullName, "recordings"), largestTotal, longestAge);
        _inbox = new RecorderInbox();
        Recorder = new Recorder(Section, _inbox, TimeProvider.System, Log, () => _reported.Set(), TryTake) { StalledAfter = Patience }; // the machine may be busy
        if (starts)
        {
            Recorder.Start();
        }
    }

    public RecordingSection Section { get; }
    public string Folder => Section.Folder;
    public Recorder Recorder { get; }
    public RecordingLogger Log { get; } = new();
    public System.Collections.Concurrent.BlockingCollection<RecordingLine> Lines { get; } = [];

    /// <summary>Whether the call records take lines.</summary>
    public bool TakesLines { get; set; } = true;

    public Instant Now => new(TimeProvider.System.GetElapsedTime(0).Ticks);
    public RecorderInbox Inbox => _inbox;

    public RecordingKey NewKey() => new(_slot++, 1);

    public RecordingKey Begin(RecordingFormat format = RecordingFormat.Narrow, string from = "1001", string to = "1002", int part = 1)
    {
        RecordingKey key = NewKey();
        Assert.True(Recorder.TryBegin(key, new RecordingOrder { Format = format, Call = "0.1", CallId = "a@phone", From = from, To = to, Part = part }));
        return key;
    }

    public void Stop(RecordingKey key, Instant at, int missed = 0) =>
        Assert.True(_inbox.TryPost(new RecorderMessage(RecorderMessageKind.Stop, key) { At = at, Missed = missed }));

    /// <summary>Packets of 20 ms, one a buffer, that all arrive in time: the recording begins at <paramref name="start"/>.</summary>
    public void Talk(RecordingKey key, RecordedSide side, Instant start, int packets, Func<int, byte[]> payload, RecordedCodec codec = RecordedCodec.Pcmu)
    {
        uint ticks = codec == RecordedCodec.Opus ? 960u : 160u;
        for (int i = 0; i < packets; i++)
        {
            TapBuffer? buffer = null;
            Assert.True(SpinWait.SpinUntil(() => (buffer = _inbox.TryRent()) is not null, Patience));
            byte[] bytes = payload(i);
            buffer!.Add(new TappedHeader
            {
                Arrival = start + TimeSpan.FromMilliseconds(20 * i), Recording = key, Ssrc = 7, Timestamp = (uint)i * ticks,
                PayloadLength = (ushort)bytes.Length, Codec = codec, Side = side,
            }, bytes);
            Assert.True(_inbox.TryPost(new RecorderMessage(RecorderMessageKind.Packets, default) { Buffer = buffer }));
        }
    }

    public RecordingReport TakeReport()
    {
        RecordingReport report = default;
        Assert.True(SpinWait.SpinUntil(() => Recorder.TryTakeReport(out report) || (_reported.WaitOne(10) && Recorder.TryTakeReport(out report)), Patience), "no report came");
        return report;
    }

    public RecordingLine TakeLine()
    {
        Assert.True(Lines.TryTake(out RecordingLine? line, Patience), "no line came");
        return line;
    }

    private bool TryTake(RecordingLine line) => TakesLines && Lines.TryAdd(line);

    public string[] Files() => [.. Directory.GetFiles(Folder).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    /// <summary>A WAV file of ours: its rate and its two channels.</summary>
    public static (int Rate, short[] Caller, short[] Callee) ReadWav(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        var header = new byte[WavHeader.Bytes];
        file.ReadExactly(header); // what it claims, before anything that may be written meanwhile
        Assert.True(WavHeader.TryReadRate(header, out int rate));
        uint data = BitConverter.ToUInt32(header, 40);
        Assert.Equal(data + 36, BitConverter.ToUInt32(header, 4));
        Assert.Equal(0u, data % 4);
        var bytes = new byte[data];
        Assert.Equal(bytes.Length, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)); // else it claims more than there is
        ReadOnlySpan<short> frames = MemoryMarshal.Cast<byte, short>(bytes.AsSpan());
        var caller = new short[frames.Length / 2];
        var callee = new short[frames.Length / 2];
        for (int i = 0; i < caller.Length; i++)
        {
            (caller[i], callee[i]) = (frames[2 * i], frames[(2 * i) + 1]);
        }
        return (rate, caller, callee);
    }

    public void Dispose()
    {
        if (Recorder.TryStop(Patience))
        {
            Recorder.Dispose();
            _inbox.Dispose();
        }
        Lines.Dispose();
        _folder.Delete(recursive: true);
    }
}
