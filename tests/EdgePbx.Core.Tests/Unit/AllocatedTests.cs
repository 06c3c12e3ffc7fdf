namespace EdgePbx.Core.Tests;

/// <summary>The tests of what allocates nothing stand on this: it finds a single object, and nothing that is not there.</summary>
public class AllocatedTests
{
    private object? _kept;

    [Fact]
    public void One_object_in_a_round_is_found() => Assert.Equal(24, Allocated.InEach(() => _kept = new object()));

    [Fact]
    public void What_falls_into_one_round_only_does_not_count()
    {
        int round = 0;
        Assert.Equal(0, Allocated.InEach(() => _kept = ++round == 2 ? new byte[1000] : _kept));
    }

    [Fact]
    public void What_others_allocate_and_collect_meanwhile_does_not_count()
    {
        bool isOver = false;
        var other = new Thread(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                GC.KeepAlive(new byte[5000]);
                GC.Collect(0);
            }
        });
        other.Start();
        int sum = 0;
        long least = Allocated.InEach(() =>
        {
            for (int i = 0; i < 100_000; i++)
            {
                sum += i;
            }
        });
        Volatile.Write(ref isOver, true);
        other.Join();
        Assert.Equal(0, least);
    }
}
