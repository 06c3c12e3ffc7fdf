using CsCheck;

namespace EdgePbx.Core.Tests;

/// <summary>
/// Two phones in one room: the recording has their clicks in step to within 20 ms, for an hour, as long as in each quarter of a second
/// one packet of each phone is not held up; else by as much more as the promptest was (<see cref="Promptness"/>).
/// </summary>
public class ChannelsInStepProperties
{
    private const double Hour = 3600;
    private const double Step = 0.020;

    [Fact]
    public void An_hour_of_loss_jitter_copies_drift_hold_and_restart_stays_in_step()
    {
        int pairs = AssertInStep(1, Hour, Road.HourOfTroubles, Road.HourOfOthers);
        Assert.True(pairs > 3100, $"{pairs} clicks were found in both channels");
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(200, 200)]
    [InlineData(200, -200)]
    [InlineData(-500, 500)]
    public void Clocks_alone_cost_nothing_of_the_sound(double one, double other)
    {
        int pairs = AssertInStep(1, Hour, new Road { Ppm = one }, new Road { Ppm = other });
        Assert.True(pairs >= 3597, $"{pairs} clicks were found in both channels");
    }

    [Fact]
    public void Any_road_keeps_the_step_as_far_as_it_can_be_known() => Gen.Select(Road.Any, Road.Any, Gen.Int[1, int.MaxValue])
        .Sample((one, other, seed) => AssertInStep(seed, 120, one, other) >= 0, iter: 60);

    [Fact]
    public void Any_road_with_a_prompt_packet_now_and_then_keeps_the_step() => Gen.Select(Road.AnyPrompt, Road.AnyPrompt, Gen.Int[1, int.MaxValue])
        .Sample((one, other, seed) => AssertInStep(seed, 120, one, other, isPrompt: true) >= 0, iter: 60);

    [Fact]
    public void A_longer_way_is_followed()
    {
        var random = new Random(5);
        List<TalkingPhone.Packet> one = TalkingPhone.Speak(random, 60, new Road { Detour = (30, 0.2) });
        List<TalkingPhone.Packet> other = TalkingPhone.Speak(random, 60, new Road());
        (short[] a, short[] b, _) = TalkingPhone.Record(one, other, 59);
        // it is heard later than the other one, as whoever listened heard it
        Assert.InRange(TalkingPhone.Clicks(a)[^1] - TalkingPhone.Clicks(b)[^1], 0.19, 0.21);
    }

    [Fact]
    [Trait("Clause", "race 34")]
    public void One_silent_direction_takes_no_memory()
    {
        List<TalkingPhone.Packet> one = TalkingPhone.Speak(new Random(5), Hour, new Road { Jitter = 0.02 });
        (short[] a, short[] b, int mostWaiting) = TalkingPhone.Record(one, [], Hour - 1);
        Assert.All(b, sample => Assert.Equal(0, sample));
        Assert.True(TalkingPhone.Clicks(a).Count > 3590);
        Assert.InRange(mostWaiting, 1, 25); // what comes within the window, and no more
    }

    [Fact]
    public void A_phone_that_floods_the_box_takes_no_memory()
    {
        List<TalkingPhone.Packet> flood = [.. Enumerable.Range(0, 50_000).Select(i => new TalkingPhone.Packet(
            i / 25_000.0, (uint)i % 7, (uint)i * 977, new byte[160]))];
        (_, _, int mostWaiting) = TalkingPhone.Record(flood, [], 3);
        Assert.InRange(mostWaiting, 1, 128);
    }

    private static int AssertInStep(int seed, double seconds, Road one, Road other, bool isPrompt = false)
    {
        var random = new Random(seed);
        List<TalkingPhone.Packet> talk = TalkingPhone.Speak(random, seconds, one);
        List<TalkingPhone.Packet> otherTalk = TalkingPhone.Speak(random, seconds, other);
        (var late, var otherLate) = (new Promptness(talk), new Promptness(otherTalk));
        (short[] a, short[] b, _) = TalkingPhone.Record(talk, otherTalk, seconds - 1);
        List<double> clicks = TalkingPhone.Clicks(b);
        int pairs = 0;
        int from = 0;
        foreach (double click in TalkingPhone.Clicks(a))
        {
            while (from < clicks.Count && clicks[from] < click - 0.5)
            {
                from++;
            }
            if (from < clicks.Count && clicks[from] < click + 0.5)
            {
                pairs++;
                double second = Math.Floor(Math.Min(click, clicks[from])); // each clicks at a full one, and is heard a little later
                double unknown = isPrompt ? 0 : Math.Max(late.LateAt(second), otherLate.LateAt(second));
                double apart = click - clicks[from];
                Assert.True(
                    Math.Abs(apart) <= Step + unknown,
                    $"at {click:0.000} s the channels are {1000 * apart:0.0} ms apart, and the promptest packet was {1000 * unknown:0.0} ms late");
            }
        }
        return pairs;
    }
}
