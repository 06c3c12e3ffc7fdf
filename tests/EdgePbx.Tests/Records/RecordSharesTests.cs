using System.Text.Json;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>What one account may fill of the call records.</summary>
public sealed class RecordSharesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private Instant _now = new(TimeSpan.TicksPerDay);

    [Theory, Trait("Clause", "SEC-13")]
    [InlineData(250)]
    [InlineData(20)]
    [InlineData(2)]
    public void Calls_that_come_to_nothing_have_a_line_each_once_a_second_and_the_rest_one_a_minute(int perSecond)
    {
        RecordShares shares = NewShares(1 << 30);
        (int lines, long counted, int summaries) = (0, 0, 0);
        for (int second = 0; second < 600; second++)
        {
            for (int i = 0; i < perSecond; i++)
            {
                lines += shares.Takes(Call("1001"), 1000) ? 1 : 0;
                Assert.True(i > 0 || second % 2 > 0 || shares.Takes(Call("1002"), 1000)); // who calls now and then has all his lines
            }
            _now += TimeSpan.FromSeconds(1);
            List<CallSummary> due = shares.TakeDue();
            summaries += due.Count;
            counted += due.Sum(static one => one.Calls);
            Assert.All(due, static one => Assert.Equal("1001", one.Account));
        }
        counted += shares.TakeDue(isLast: true).Sum(static one => one.Calls);
        Assert.Equal(600 * perSecond, lines + counted);
        Assert.InRange(lines, 600, 600 + 121);
        Assert.InRange(summaries, 7, 10);
        Assert.Null(shares.Due);
    }

    [Fact, Trait("Clause", "SEC-13")]
    public void All_calls_of_an_account_take_a_quarter_of_what_is_kept_a_day()
    {
        RecordShares shares = NewShares(1 << 20); // six files: 6 MiB
        long bytes = 0;
        for (int i = 0; i < 10_000; i++)
        {
            bytes += shares.Takes(Call("1001") with { Answer = DateTime.UnixEpoch }, 1000) ? 1000 : 0;
            _now += TimeSpan.FromSeconds(8);
        }
        Assert.InRange(bytes, (6 << 18) - 1000, 6 << 18);
        Assert.Equal(10_000 - (bytes / 1000), shares.TakeDue(isLast: true).Single().Answered);
        _now += TimeSpan.FromDays(1);
        Assert.True(shares.Takes(Call("1001"), 1000));
    }

    [Fact]
    public void What_went_wrong_or_is_put_right_has_its_line_always()
    {
        RecordShares shares = NewShares(1 << 20);
        for (int i = 0; i < 1000; i++)
        {
            _ = shares.Takes(Call("1001"), 1000);
            Assert.True(shares.Takes(Call("1001") with { Clean = false }, 1000));
            Assert.True(shares.Takes(Call("1001") with { Revision = 2 }, 1000));
            Assert.True(shares.Takes(new RecordingLine(), 1000));
        }
    }

    [Fact]
    public void As_many_accounts_as_anybody_likes_cost_a_bounded_table()
    {
        RecordShares shares = NewShares(1 << 30);
        int lines = Enumerable.Range(0, 100_000).Count(number => shares.Takes(Call($"{number}"), 1000));
        Assert.InRange(lines, 4096, 4096 + 121);
        Assert.Equal(100_000 - lines, Assert.Single(shares.TakeDue(isLast: true)).Calls);
    }

    /// <summary>The writer as a whole: what it counted is in the file when it ends.</summary>
    [Fact, Trait("Clause", "SEC-13")]
    public void Two_thousand_refused_calls_are_some_lines_and_a_number()
    {
        string file = _folder.File("calls.jsonl");
        var record = new CallRecord
        {
            Call = "0.1", Caller = new LegRecord { Number = "1001" }, IsClean = true, EndedBy = "callee", Receipt = ByKind.From(static _ => new ReceiptCount(0, 0, 0)),
        };
        using (var writer = new CallRecordWriter(new RecordsSection(true, file, 1 << 20, 5), TimeProvider.System, new RecordingLogger(), capacity: 5000) { Now = () => _now })
        {
            for (int i = 0; i < 2000; i++)
            {
                writer.Post(record);
            }
            writer.Post(record with { Caller = new LegRecord { Number = "1002" } });
        }
        string[] lines = File.ReadAllLines(file);
        Assert.Equal(122, lines.Length);
        JsonElement last = JsonDocument.Parse(lines[^1]).RootElement;
        Assert.Equal(("summary", "1001", 1880), (last.GetProperty("kind").GetString(), last.GetProperty("account").GetString(), last.GetProperty("calls").GetInt32()));
    }

    public void Dispose() => _folder.Dispose();

    private RecordShares NewShares(long largest) => new(new RecordsSection(true, "calls.jsonl", largest, 5), TimeProvider.System, () => _now);

    private static CallDetail Call(string number) => new()
    {
        Caller = new LegRecord { Number = number }, Callee = new LegRecord(), Clean = true, Receipt = ByKind.From(static _ => new ReceiptCount(0, 0, 0)),
    };
}
