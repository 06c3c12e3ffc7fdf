namespace EdgePbx.Core;

/// <summary>
/// Failures by key, fixed in size: a key belongs to one set of places. When they are full, who has failed least and longest ago
/// makes room, and never one that is banned: nobody can wash a ban away by failing under other names.
/// </summary>
/// <param name="sets">How many sets there are; a power of two.</param>
internal sealed class FailureTable(int sets)
{
    internal const int Ways = 8;

    private FailureRecord[] _records = [];

    /// <summary>All places; empty before the first failure.</summary>
    internal Span<FailureRecord> All => _records;

    /// <returns>Its place; -1: nothing is known of it.</returns>
    internal int Find(ulong key)
    {
        if (_records.Length > 0)
        {
            int first = FirstOf(key);
            for (int i = first; i < first + Ways; i++)
            {
                if (_records[i].Key == key)
                {
                    return i;
                }
            }
        }
        return -1;
    }

    /// <returns>Its place, new if need be; -1: all that it could have belong to those that are banned.</returns>
    internal int FindOrAdd(Instant now, ulong key)
    {
        int known = Find(key);
        if (known >= 0)
        {
            return known;
        }
        if (_records.Length == 0)
        {
            _records = new FailureRecord[sets * Ways]; // a box at which nobody guesses has none
        }
        int first = FirstOf(key);
        int victim = -1;
        for (int i = first; i < first + Ways; i++)
        {
            if (!_records[i].IsBannedAt(now) && (victim < 0 || IsLess(_records[i], _records[victim])))
            {
                victim = i;
            }
        }
        if (victim >= 0)
        {
            _records[victim] = new FailureRecord { Key = key };
        }
        return victim;
    }

    internal ref FailureRecord this[int place] => ref _records[place];

    private int FirstOf(ulong key) => (int)(key % (ulong)sets) * Ways;

    private static bool IsLess(in FailureRecord one, in FailureRecord than) =>
        than.Key != 0 && (one.Key == 0 || one.Count < than.Count || (one.Count == than.Count && one.Last < than.Last));
}
