using CsCheck;

namespace EdgePbx.Core.Tests;

public class FailureTableTests
{
    private static readonly Instant Start = new(TimeSpan.FromHours(1).Ticks);

    [Fact]
    [Trait("Clause", "AB-09")]
    public void Who_has_failed_least_makes_room_and_of_those_the_oldest()
    {
        var table = new FailureTable(sets: 1);
        for (ulong key = 1; key <= FailureTable.Ways; key++)
        {
            Fail(table, key, Start + TimeSpan.FromSeconds(key), times: key == 3 ? 1 : 2);
        }
        Fail(table, 100, Start + TimeSpan.FromMinutes(1), times: 3);
        Assert.Equal(-1, table.Find(3));
        Fail(table, 101, Start + TimeSpan.FromMinutes(1), times: 3);
        Assert.Equal(-1, table.Find(1));
        Assert.True(table.Find(2) >= 0);
    }

    [Fact]
    [Trait("Clause", "AB-09")]
    public void Nobody_washes_a_ban_away_by_failing_under_other_names() =>
        Gen.ULong[1, 1 << 20].Array[1, 400].Sample(keys =>
        {
            var table = new FailureTable(sets: 4);
            Fail(table, 7, Start, times: 1);
            table[table.Find(7)].BannedUntil = Start + TimeSpan.FromMinutes(10);
            foreach (ulong key in keys)
            {
                Fail(table, key | (1UL << 40), Start + TimeSpan.FromSeconds(1), times: 3);
            }
            Assert.True(table.Find(7) >= 0);
            Assert.Equal(4 * FailureTable.Ways, table.All.Length);
        });

    [Fact]
    [Trait("Clause", "AB-09")]
    public void When_all_places_are_banned_a_newcomer_gets_none_until_one_is_over()
    {
        var table = new FailureTable(sets: 1);
        for (ulong key = 1; key <= FailureTable.Ways; key++)
        {
            Fail(table, key, Start, times: 1);
            table[table.Find(key)].BannedUntil = Start + TimeSpan.FromMinutes(key);
        }
        Assert.Equal(-1, table.FindOrAdd(Start, 100));
        Assert.True(table.FindOrAdd(Start + TimeSpan.FromMinutes(1), 100) >= 0);
        Assert.Equal(-1, table.Find(1));
    }

    [Fact]
    public void A_window_begins_anew_when_it_is_over()
    {
        var record = new FailureRecord { Key = 1 };
        var window = TimeSpan.FromMinutes(10);
        record.Add(Start, window);
        record.AddOther(1);
        record.Add(Start + window, window);
        record.AddOther(2);
        Assert.Equal((2, 2), (record.Count, record.Others));
        record.Add(Start + window + TimeSpan.FromTicks(1), window);
        Assert.Equal((1, 0), (record.Count, record.Others));
    }

    private static void Fail(FailureTable table, ulong key, Instant now, int times)
    {
        int place = table.FindOrAdd(now, key);
        for (int i = 0; i < times && place >= 0; i++)
        {
            table[place].Add(now, TimeSpan.FromMinutes(10));
        }
    }
}
