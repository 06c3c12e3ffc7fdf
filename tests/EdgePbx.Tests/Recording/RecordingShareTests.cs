using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>Which recordings go, by age and for room: a clock that somebody sets and an account that records without end cost others nothing.</summary>
public sealed class RecordingShareTests : IDisposable
{
    private static readonly DateTimeOffset Today = new(2026, 5, 31, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingLogger _log = new();
    private readonly SetClock _clock = new() { Now = Today };
    private Instant _now = new(TimeSpan.TicksPerDay);

    [Theory, Trait("Clause", "SEC-21")]
    [InlineData(3653)]
    [InlineData(366)]
    [InlineData(60)]
    public void A_clock_that_jumps_deletes_nothing_for_a_day_and_then_a_days_worth_at_once(int days)
    {
        Fill("1001", 10, 29, 100);
        RecordingFolder folder = NewFolder(TimeSpan.FromDays(30));
        Pass(folder, TimeSpan.FromDays(2)); // nothing is as old as that yet
        _clock.Now += TimeSpan.FromDays(days);
        Pass(folder, TimeSpan.FromHours(23.5));
        Assert.Equal(20, Count());
        Assert.Equal(0, _log.EventCount("recordings_too_old"));

        Pass(folder, TimeSpan.FromHours(1));
        Assert.Equal((19, 1), (Count(), _log.EventCount("recordings_too_old")));
        Pass(folder, TimeSpan.FromHours(5));
        Assert.Equal(19, Count());
        Pass(folder, TimeSpan.FromDays(20));
        Assert.Equal(0, Count());
    }

    /// <summary>Every hour it is set: now on, now back; or a little on each time.</summary>
    [Theory, Trait("Clause", "SEC-21")]
    [InlineData(3650 * 24 * 60, true)]
    [InlineData(4, false)]
    [InlineData(60 * 24, false)]
    public void A_clock_that_is_set_again_and_again_is_never_believed(int minutes, bool andBack)
    {
        Fill("1001", 1, 20, 100);
        RecordingFolder folder = NewFolder(TimeSpan.FromDays(30));
        for (int hour = 0; hour < 24 * 9; hour++)
        {
            _clock.Now += TimeSpan.FromMinutes(andBack && hour % 2 == 1 ? -minutes : minutes);
            Pass(folder, TimeSpan.FromHours(1));
        }
        Assert.Equal(20, Count());
    }

    [Fact]
    public void What_is_too_old_by_a_clock_that_goes_well_goes_day_by_day()
    {
        Fill("1001", 1, 20, 100);
        RecordingFolder folder = NewFolder(TimeSpan.FromDays(30));
        Pass(folder, TimeSpan.FromDays(25)); // the 25th of June: younger than 30 days is what came after the 26th of May
        Assert.Equal(0, Count());
        Fill("1001", 20, 31, 100);
        Pass(folder, TimeSpan.FromDays(4));
        Assert.Equal(["2026-05-31"], Names().Select(static name => name[..10]));
    }

    /// <summary>Ten calls of one account fill what there is; the others recorded a minute ago, or a month.</summary>
    [Theory, Trait("Clause", "SEC-13")]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(25 * 24)]
    public void Who_fills_the_folder_loses_his_own_recordings_and_no_one_elses(int hours)
    {
        for (int other = 0; other < 5; other++)
        {
            Put(Today.AddHours(-hours).AddMinutes(-other), $"200{other}", 100);
        }
        RecordingFolder folder = NewFolder(null, largest: 2000);
        for (int i = 0; i < 200; i++)
        {
            Put(Today.AddSeconds(i), "1001", 150);
            Assert.True(folder.TryMakeRoom(out _));
            Assert.InRange(new DirectoryInfo(_folder.Path).GetFiles().Sum(static file => file.Length), 0, 2000);
        }
        Assert.Equal(5, Names().Count(static name => name.Contains("_200", StringComparison.Ordinal)));
        Assert.Contains(Names(), static name => name.StartsWith("2026-05-31T12-03-19Z_1001_", StringComparison.Ordinal)); // the newest
    }

    [Fact, Trait("Clause", "SEC-13")]
    public void Of_one_account_the_oldest_go_first()
    {
        Fill("1001", 1, 20, 100);
        Assert.True(NewFolder(null, largest: 500).TryMakeRoom(out _));
        Assert.Equal(["2026-05-16", "2026-05-17", "2026-05-18", "2026-05-19", "2026-05-20"], Names().Select(static name => name[..10]));
    }

    public void Dispose() => _folder.Dispose();

    private RecordingFolder NewFolder(TimeSpan? longest, long largest = 1 << 30) =>
        new(new RecordingSection(RecordMode.Always, "*1", _folder.Path, largest, longest), _clock, _log, () => _now);

    // as many calls as there may be in that time, each of which looks
    private void Pass(RecordingFolder folder, TimeSpan time)
    {
        TimeSpan step = TimeSpan.FromMinutes(30);
        for (TimeSpan passed = default; passed < time; passed += step)
        {
            (_now, _clock.Now) = (_now + step, _clock.Now + step);
            Assert.True(folder.TryMakeRoom(out _));
        }
    }

    private void Fill(string from, int first, int last, int bytes)
    {
        for (int day = first; day <= last; day++)
        {
            Put(new DateTimeOffset(2026, 5, day, 9, 0, 0, TimeSpan.Zero), from, bytes);
        }
    }

    private void Put(DateTimeOffset start, string from, int bytes) =>
        File.WriteAllBytes(_folder.File($"{start.UtcDateTime:yyyy-MM-dd'T'HH-mm-ss'Z'}_{from}_1002_0.1.wav"), new byte[bytes]);

    private string[] Names() => [.. Directory.GetFiles(_folder.Path).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private int Count() => Names().Length;

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
