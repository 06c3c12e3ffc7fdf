using EdgePbx.Core;

namespace EdgePbx;

/// <summary>One recording at work on the recorder thread: packets in, files out.</summary>
internal abstract class OpenRecording(RecordingKey key, RecordingOrder order, RecordingName name, Instant start) : IDisposable
{
    /// <summary>
    /// How long a packet may be under way beyond the shortest time: so long nothing is written down of the moment in which it
    /// would belong.
    /// </summary>
    public static readonly TimeSpan Window = TimeSpan.FromMilliseconds(250);

    // in the shelf of a channel there is room for 128 packets: of 10 ms each that is 1.28 s
    private static readonly TimeSpan MostAtOnce = TimeSpan.FromSeconds(1);

    private readonly List<SoundFile> _files = [];
    private readonly List<FinishedFile> _finished = [];
    private long _advanced; // ticks since it began

    public RecordingKey Key => key;
    public RecordingOrder Order => order;
    public Instant Start => start;
    public RecordingName Name => name;

    /// <summary>Told what is written; null: nobody counts.</summary>
    public WriteMeter? Meter { get; init; }

    /// <summary>What its file will be called; of two the caller's.</summary>
    public abstract string FileName { get; }

    /// <summary>Packets that found no buffer.</summary>
    public int Missed { get; set; }

    /// <summary>Closed files whose digest is still wanted.</summary>
    public IReadOnlyList<FinishedFile> Finished => _finished;

    /// <summary>The first thing that went wrong with its files; empty: nothing has.</summary>
    public string Problem { get; protected set; } = "";

    public abstract double Seconds { get; }
    public long Bytes => _files.Sum(static file => file.Length) + _finished.Sum(static file => file.Bytes);

    protected IReadOnlyList<SoundFile> Files => _files;

    /// <summary>Back when its files are there, with their heads. False: <see cref="Problem"/> says why not.</summary>
    public abstract bool TryOpen();

    public abstract void Put(RecordedSide side, in SoundPacket packet);

    /// <summary>Writes down all that belongs before that moment.</summary>
    /// <param name="until">Ticks of 100 ns since the recording began.</param>
    /// <param name="isEnd">It ends there.</param>
    public void Advance(long until, bool isEnd = false)
    {
        _advanced = until;
        WriteUntil(until, isEnd);
    }

    /// <summary>
    /// A packet of that moment is about to be put. When many come at once, since the medium has stood still, there is no room for all of
    /// them to wait for theirs: what is long past is written down first.
    /// </summary>
    /// <param name="arrival">Ticks of 100 ns since the recording began.</param>
    public void MakeWay(long arrival)
    {
        if (arrival - _advanced > MostAtOnce.Ticks)
        {
            Advance(arrival - Window.Ticks);
        }
    }

    /// <summary><see cref="Advance"/>'s.</summary>
    protected abstract void WriteUntil(long until, bool isEnd);

    /// <summary>Back when all that was written is on the medium, and the files say so.</summary>
    public abstract void Commit();

    /// <summary>Closes the files, whatever has gone wrong before.</summary>
    public abstract void Close();

    /// <summary>It has to end before the call does.</summary>
    public void EndFor(string problem) => Fail(problem);

    public virtual void Dispose() => _files.ForEach(static file => file.Dispose());

    protected SoundFile? Create(string part)
    {
#pragma warning disable CA2000 // the list owns it
        SoundFile? file = SoundFile.TryCreate(name.PathOf(part, RecordingStage.Open), out string problem);
#pragma warning restore CA2000
        if (file is null)
        {
            Fail(problem);
            return null;
        }
        file.Meter = Meter;
        _files.Add(file);
        return file;
    }

    protected void Fail(string problem) => Problem = Problem.Length == 0 ? problem : Problem;

    /// <summary>The file is complete: it gets the name of one that only its digest is missing.</summary>
    protected void Finish(SoundFile file, string part, RecordedSide? side, double seconds)
    {
        long bytes = file.Length;
        file.Dispose();
        _ = _files.Remove(file);
        if (name.TryMove(part, RecordingStage.Open, RecordingStage.Closed, out string problem))
        {
            _finished.Add(new FinishedFile(name.PathOf(part, RecordingStage.Closed), name.PathOf(part, RecordingStage.Kept))
            {
                Order = order, Start = name.Start, Side = side, Seconds = seconds, Bytes = bytes, Missed = Missed, Problem = Problem,
            });
        }
        else
        {
            Fail(problem);
        }
    }
}
