namespace EdgePbx;

/// <summary>Whose recordings make room for new ones: those of the account that fills the most, so that who records without end loses his own.</summary>
internal static class RecordingShares
{
    /// <summary>In the order in which they go: each time the oldest of whoever has the most then.</summary>
    /// <param name="kept">Oldest first.</param>
    public static IEnumerable<RecordingEntry> InOrderOfGoing(IReadOnlyList<RecordingEntry> kept)
    {
        List<Queue<RecordingEntry>> accounts =
            [.. kept.GroupBy(static entry => RecordingName.ReadOrder(entry.Kept).From, StringComparer.Ordinal).Select(static one => new Queue<RecordingEntry>(one))];
        Dictionary<Queue<RecordingEntry>, long> sizes = accounts.ToDictionary(static account => account, static account => account.Sum(static entry => entry.Length));
        while (accounts.MaxBy(account => sizes[account]) is { } largest)
        {
            RecordingEntry goes = largest.Dequeue();
            sizes[largest] -= goes.Length;
            if (largest.Count == 0)
            {
                _ = accounts.Remove(largest);
            }
            yield return goes;
        }
    }
}
