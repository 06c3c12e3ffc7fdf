using System.Buffers.Binary;

namespace EdgePbx.Core.Tests;

/// <summary>Each stream here was counted by hand.</summary>
public class RtpStreamStatisticsTests
{
    private readonly RtpStreamStatistics _statistics = new();
    private double _milliseconds = 1000;

    private RtpStreamReport Report => _statistics.Report();

    [Fact]
    public void Nothing_has_come_yet() => Assert.Equal(new RtpStreamReport { LastArrival = Instant.Never }, Report);

    [Fact]
    public void A_perfect_stream_has_nothing_to_say_but_its_count()
    {
        Stream(65_530, 100);
        Assert.Equal((100, 0, 0, 0, 0), (Report.Received, Report.Lost, Report.Reordered, Report.Duplicated, Report.SourceChanges));
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromMilliseconds(20)), (Report.MaxJitter, Report.LargestGap));
        Assert.Equal(At(1000 + (99 * 20)), Report.LastArrival);
    }

    [Fact]
    public void What_is_missing_between_the_first_and_the_last_is_lost_over_the_end_of_the_numbers_too()
    {
        Take(65_534, 0);
        Take(65_535, 160);
        Take(3, 800, 80); // 0, 1 and 2 are missing
        Assert.Equal((3, 3), (Report.Received, Report.Lost));
        Assert.Equal(0.5, Report.LossRatio);
        Assert.Equal(TimeSpan.FromMilliseconds(80), Report.LargestGap);
    }

    [Fact]
    public void A_late_packet_is_reordered_and_no_longer_lost()
    {
        Take(10, 0);
        Take(12, 320);
        Assert.Equal(1, Report.Lost);
        Take(11, 160);
        Assert.Equal((3, 0, 1, 0), (Report.Received, Report.Lost, Report.Reordered, Report.Duplicated));
    }

    [Fact]
    public void A_packet_before_the_first_belongs_to_the_stream()
    {
        Take(10, 160);
        Take(8, 0);
        Assert.Equal((2, 1, 1), (Report.Received, Report.Lost, Report.Reordered));
    }

    [Fact]
    public void A_copy_is_counted_as_one_and_as_nothing_else()
    {
        Stream(100, 3);
        Take(101, 160);
        Take(102, 320);
        Assert.Equal((3, 0, 0, 2), (Report.Received, Report.Lost, Report.Reordered, Report.Duplicated));
    }

    [Fact]
    public void Silence_is_the_sum_of_the_long_gaps_and_a_hold_is_none()
    {
        Take(1, 0);
        Take(2, 160, 199);
        Assert.Equal(TimeSpan.Zero, Report.Silence);
        Take(3, 320, 200);
        Take(4, 480, 1000);
        Assert.Equal(TimeSpan.FromMilliseconds(1200), Report.Silence);
        _statistics.Pause();
        Take(5, 640, 60_000);
        Assert.Equal((TimeSpan.FromMilliseconds(1200), TimeSpan.FromMilliseconds(1000)), (Report.Silence, Report.LargestGap));
        _statistics.Reset();
        Assert.Equal(TimeSpan.Zero, Report.Silence);
    }

    [Fact]
    public void Another_source_begins_anew_and_what_was_lost_before_stays_lost()
    {
        Take(10, 0);
        Take(12, 320, 40);
        Take(40_000, 7, ssrc: 2);
        Take(40_001, 167, ssrc: 2);
        Assert.Equal((4, 1, 1), (Report.Received, Report.Lost, Report.SourceChanges));
        Assert.Equal(TimeSpan.Zero, Report.MaxJitter);
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(60_000)]
    public void A_jump_counts_when_the_next_packet_confirms_it(int to)
    {
        Stream(100, 10);
        Take((ushort)to, 50_000);
        Assert.Equal((10, 0), (Report.Received, Report.Lost));
        Take((ushort)(to + 1), 50_160);
        Take((ushort)(to + 2), 50_320);
        Assert.Equal((12, 0), (Report.Received, Report.Lost));
    }

    [Fact]
    public void A_number_from_nowhere_alone_changes_nothing()
    {
        Stream(100, 10);
        Take(30_000, 1);
        Take(110, 1600, 20);
        Assert.Equal((11, 0), (Report.Received, Report.Lost));
    }

    /// <summary>RFC 3550 A.8: the difference of two transit times, a sixteenth of it at a time.</summary>
    [Fact]
    public void Jitter_follows_the_differences_of_the_transit_times()
    {
        Take(1, 0);
        Take(2, 160, 36);  // 16 ms too late: J = 1 ms
        Assert.Equal(TimeSpan.FromMilliseconds(1), Report.Jitter);
        Take(3, 320, 4);   // 16 ms too early: J = 1 + 15/16
        Assert.Equal(TimeSpan.FromMilliseconds(1.9375), Report.Jitter);
        Take(4, 480);      // in time: J = 1.9375 * 15/16
        Assert.Equal(TimeSpan.FromMilliseconds(1.81640625).Ticks, Report.Jitter.Ticks);
        Assert.Equal(TimeSpan.FromMilliseconds(1.9375), Report.MaxJitter);
    }

    [Fact]
    public void The_clock_rate_is_that_of_the_codec()
    {
        Take(1, 0, rate: 48_000);
        Take(2, 960, rate: 48_000);
        Assert.Equal(TimeSpan.Zero, Report.MaxJitter);
    }

    [Fact]
    public void Time_stamps_may_pass_their_end()
    {
        Take(1, uint.MaxValue - 79);
        Take(2, 80);
        Assert.Equal(TimeSpan.Zero, Report.MaxJitter);
    }

    /// <summary>RFC 4733 2.5.1.2: the packets of one event have the time stamp of its start.</summary>
    [Fact]
    public void A_key_press_is_no_jitter()
    {
        Take(1, 0);
        foreach (ushort number in (ushort[])[2, 3, 4, 5])
        {
            Take(number, 160);
        }
        Take(6, 800);
        Assert.Equal(TimeSpan.Zero, Report.MaxJitter);
        Assert.Equal((6, 0), (Report.Received, Report.Lost));
    }

    [Fact]
    public void A_hold_is_no_gap_and_no_jitter()
    {
        Stream(1, 3);
        _statistics.Pause();
        Take(4, 480, 60_000);
        Take(5, 640);
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromMilliseconds(20)), (Report.MaxJitter, Report.LargestGap));
    }

    [Fact]
    public void Nothing_is_left_after_a_reset()
    {
        Take(1, 0);
        Take(9, 0, ssrc: 3);
        _statistics.Reset();
        Assert.Equal(new RtpStreamReport { LastArrival = Instant.Never }, Report);
        Take(500, 0);
        Assert.Equal((1, 0, 0), (Report.Received, Report.Lost, Report.SourceChanges));
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        ushort first = 1;
        Assert.Equal(0, Allocated.InEach(() =>
        {
            Stream(first, 1000);
            first += 1000;
        }));
    }

    private static Instant At(double milliseconds) => new(TimeSpan.FromMilliseconds(milliseconds).Ticks);

    private void Stream(ushort first, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Take((ushort)(first + i), (uint)((first + i) * 160), i == 0 ? 0 : 20);
        }
    }

    private void Take(ushort number, uint timestamp, double after = 20, uint ssrc = 1, int rate = 8000)
    {
        _milliseconds += after;
        Span<byte> bytes = stackalloc byte[12];
        bytes[0] = 0x80;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], number);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], ssrc);
        _ = RtpPacket.TryParse(bytes, out RtpPacket packet);
        _statistics.Take(At(_milliseconds), packet, rate);
    }
}
