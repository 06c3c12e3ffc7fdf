namespace EdgePbx.Tests;

public class RelayBenchTests
{
    [Theory]
    [InlineData(MediaIoKind.Epoll, "epoll")]
    [InlineData(MediaIoKind.Uring, "io_uring")]
    public void Real_packets_go_through_a_real_relay_and_the_board_gets_a_number(MediaIoKind io, string name)
    {
        List<RelayStep> told = [];
        RelayVerdict verdict = RelayBench.Measure(25, TimeSpan.FromMilliseconds(300), io, told.Add);

        RelayStep step = Assert.Single(told);
        Assert.Equal((25, name), (step.Calls, verdict.Io));
        Assert.Equal(step.Voices.Sent, step.Voices.Latency.Count + step.Voices.Lost);
        Assert.True(step.Voices.Sent > 0);
        Assert.Equal((0, 0), (step.Voices.Lost, step.Voices.LostOutside));
        Assert.True(step.Share > 0);
        Assert.Equal(RelayBench.CallsFor(told), verdict.Calls);
    }

    [Fact]
    public void The_largest_step_that_went_well_counts_up_to_twice_its_calls()
    {
        Assert.Equal(50, RelayBench.CallsFor([Step(25, 0.01)]));                  // 1500 by its share, which nobody has seen
        Assert.Equal(120, RelayBench.CallsFor([Step(25, 0.1), Step(100, 0.5)]));  // 60 % of a processor
        Assert.Equal(100, RelayBench.CallsFor([Step(50, 0.3), Step(100, 0.5, lost: 1)]));
        Assert.Equal(100, RelayBench.CallsFor([Step(50, 0.3), Step(100, 0.5, lostOutside: 1)]));
        Assert.Equal(100, RelayBench.CallsFor([Step(50, 0.3), Step(100, 0.4, late: 1)]));
        Assert.Equal(12, RelayBench.CallsFor([Step(25, 0.9)]));
    }

    [Fact]
    public void A_machine_that_can_not_even_speak_in_time_is_told_from_a_relay_that_is_full()
    {
        Assert.True(RelayBench.IsOfBusyMachine(Step(50, 0.08, late: 1)));
        Assert.False(RelayBench.IsOfBusyMachine(Step(50, 0.08)));
        Assert.False(RelayBench.IsOfBusyMachine(Step(50, 0.08, lost: 1, late: 1)));
        Assert.False(RelayBench.IsOfBusyMachine(Step(50, 0.7, late: 1)));
    }

    private static RelayStep Step(int calls, double share, int lost = 0, int lostOutside = 0, int late = 0) =>
        new(calls, share, new VoiceFigures(1000, 1000 - lost, lostOutside, TimeSpan.FromSeconds(1))
        {
            Latency = new LatencyHistogram(),
            SenderLate = TimeSpan.FromSeconds(late),
        }, 0);
}
