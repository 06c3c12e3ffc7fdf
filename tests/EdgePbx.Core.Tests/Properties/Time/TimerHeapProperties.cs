using CsCheck;

namespace EdgePbx.Core.Tests;

public class TimerHeapProperties
{
    private const int Timers = 12;

    private enum Act { Arm, Cancel, Fire }

    private static readonly Gen<(Act Act, int Timer, int Ticks)[]> Histories =
        Gen.Select(Gen.Frequency((6, Gen.Const(Act.Arm)), (2, Gen.Const(Act.Cancel)), (2, Gen.Const(Act.Fire))), Gen.Int[0, Timers - 1], Gen.Int[0, 9]).Array[0, 80];

    /// <summary>The model is a list sorted by deadline, then by the order of arming; what the heap fires must be the list's head.</summary>
    [Fact]
    public void The_heap_fires_what_a_sorted_list_would() => Histories.Sample(history =>
    {
        var heap = new TimerHeap();
        List<int> fired = [];
        OwnedTimer[] timers = [.. Enumerable.Range(0, Timers).Select(i => new OwnedTimer(heap, (TimerKind)(i % 4), _ => fired.Add(i)))];
        List<(long Due, int Order, int Timer)> model = [];
        long now = 0;
        int order = 0;
        foreach ((Act act, int timer, int ticks) in history)
        {
            switch (act)
            {
                case Act.Arm:
                    timers[timer].Arm(new Instant(now + ticks));
                    _ = model.RemoveAll(entry => entry.Timer == timer);
                    model.Add((now + ticks, order++, timer));
                    break;
                case Act.Cancel:
                    timers[timer].Cancel();
                    _ = model.RemoveAll(entry => entry.Timer == timer);
                    break;
                case Act.Fire:
                    now += ticks;
                    fired.Clear();
                    heap.FireDue(new Instant(now));
                    model.Sort();
                    Assert.Equal(model.Where(entry => entry.Due <= now).Select(entry => entry.Timer), fired);
                    _ = model.RemoveAll(entry => entry.Due <= now);
                    break;
            }
            Assert.Equal(model.Count, heap.Armed);
            Assert.Equal(model.Count == 0 ? Instant.Never : new Instant(model.Min(entry => entry.Due)), heap.NextDue);
            Assert.All(timers.Select((armed, i) => (armed, i)), pair => Assert.Equal(model.Exists(entry => entry.Timer == pair.i), pair.armed.IsArmed));
            Assert.All(Enum.GetValues<TimerKind>(), kind => Assert.Equal(model.Count(entry => timers[entry.Timer].Kind == kind), heap.ArmedOf(kind)));
        }
    }, iter: 300);
}
