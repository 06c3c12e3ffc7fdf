using System.Globalization;
using System.Text;
using CsCheck;

namespace EdgePbx.Tests;

/// <summary>A journal on a disk that loses its power at any moment, again and again, and fails now and then.</summary>
public sealed class JournalPowerProperties
{
    private const string Path = "/state/test.journal";

    private static readonly string[] Keys = ["a", "b", "c", "d", "e"];

    /// <param name="Commit">After this change.</param>
    /// <param name="Long">Long enough to reach into other sectors, and to make the file worth replacing.</param>
    private sealed record Change(int Key, bool Gone, bool Commit, bool Long);

    private static readonly Gen<Change> AnyChange =
        Gen.Select(Gen.Int[0, Keys.Length - 1], Gen.Int[0, 5], Gen.Bool, Gen.Int[0, 7], (key, gone, commit, size) => new Change(key, gone == 0, commit, size == 0));

    private static readonly Gen<(Change[] Changes, int CutAfter)> Life = Gen.Select(AnyChange.Array[0, 25], Gen.Int[1, 60]);

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void What_was_committed_survives_each_cut(int failsOneOf) => Gen.Select(Life.Array[1, 5], Gen.Int).Sample((lives, seed) =>
    {
        var disk = new SimulatedDisk(new Random(seed)) { FailsOneOf = failsOneOf };
        // what each key may be: what it was at the last good commit, and all that it became since
        Dictionary<string, HashSet<string>> allowed = Keys.ToDictionary(key => key, _ => new HashSet<string> { "" });
        int counter = 0;
        foreach ((Change[] changes, int cutAfter) in lives)
        {
            disk.ThingsUntilCut = cutAfter;
            try
            {
                using var journal = new Journal(Path, "test", disk, new WriteMeter(() => default));
                if (journal.TryOpen(out _))
                {
                    Check(journal);
                }
                foreach (Change change in changes)
                {
                    string value = change.Gone ? "" : $"{++counter}{(change.Long ? new string('x', 20_000) : "")}";
                    _ = allowed[Keys[change.Key]].Add(value);
                    journal.Put(Keys[change.Key], Encoding.ASCII.GetBytes(value));
                    if (change.Commit && journal.TryCommit(out _))
                    {
                        Settle(journal);
                    }
                }
            }
            catch (PowerCutException)
            {
                // whatever it was doing
            }
            disk.Cut();
        }
        disk.FailsOneOf = 0;
        using var last = new Journal(Path, "test", disk, new WriteMeter(() => default));
        Assert.True(last.TryOpen(out string problem), problem);
        Check(last);
        last.Put("a", "end"u8);
        Assert.True(last.TryCommit(out problem), problem);
        disk.Cut();
        using var again = new Journal(Path, "test", disk, new WriteMeter(() => default));
        Assert.True(again.TryOpen(out problem), problem);
        Assert.Equal((0, "end"), (again.Damaged, ValueOf(again, "a")));

        void Check(Journal journal)
        {
            foreach (string key in Keys)
            {
                Assert.Contains(ValueOf(journal, key), allowed[key]);
            }
            Settle(journal); // what it says now it must go on to say: it has been read
        }

        void Settle(Journal journal)
        {
            foreach (string key in Keys)
            {
                allowed[key] = [ValueOf(journal, key)];
            }
        }
    }, iter: 2000);

    private static string ValueOf(Journal journal, string key) =>
        journal.Table.TryGetValue(key, out byte[]? text) ? string.Create(CultureInfo.InvariantCulture, $"{Encoding.ASCII.GetString(text)}") : "";
}
