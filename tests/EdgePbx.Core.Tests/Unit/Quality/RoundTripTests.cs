namespace EdgePbx.Core.Tests;

public class RoundTripTests
{
    private readonly RoundTrip _trip = new();

    /// <summary>RFC 3550 6.4.1, figure 2: sent at 46,864.500, reported 5.25 s later with a DLSR of 5.25 s less 6.125 s of trip.</summary>
    [Fact]
    public void The_trip_is_what_remains_without_the_time_that_the_phone_took()
    {
        _trip.Passed(At(0), 0xb44db705);
        _trip.Heard(At(11.375), Block(0xb44db705, 5.25));
        Assert.Equal(TimeSpan.FromSeconds(6.125), _trip.Last);
    }

    [Fact]
    public void A_report_of_another_sender_report_or_of_none_is_not_used()
    {
        _trip.Heard(At(1), Block(0, 0));
        _trip.Passed(At(1), 7);
        _trip.Heard(At(2), Block(6, 0));
        _trip.Heard(At(2), Block(0, 0));
        Assert.Null(_trip.Last);
    }

    [Fact]
    public void A_phone_that_claims_more_time_than_has_passed_is_not_believed()
    {
        _trip.Passed(At(1), 7);
        _trip.Heard(At(2), Block(7, 1.5));
        Assert.Null(_trip.Last);
    }

    [Fact]
    public void A_sender_report_of_a_phone_without_a_clock_measures_nothing()
    {
        _trip.Passed(At(1), 0);
        _trip.Heard(At(5), Block(0, 0));
        Assert.Null(_trip.Last);
    }

    [Fact]
    public void Nothing_is_left_after_a_reset()
    {
        _trip.Passed(At(1), 7);
        _trip.Heard(At(2), Block(7, 0));
        _trip.Reset();
        _trip.Heard(At(2), Block(7, 0));
        Assert.Null(_trip.Last);
    }

    private static Instant At(double seconds) => new(TimeSpan.FromSeconds(seconds).Ticks);

    private static RtcpReportBlock Block(uint senderReport, double since) => new(1, 0, 0, 0, senderReport, TimeSpan.FromSeconds(since));
}
