namespace EdgePbx;

/// <summary>
/// "Did you mean …?": the known word that takes the fewest edits. For the keys of the configuration, which no library reads for us, and so
/// for the command line in the same words.
/// </summary>
internal static class NearestWord
{
    /// <returns>Null when nothing is near enough to be meant.</returns>
    public static string? Of(string word, IEnumerable<string> known)
    {
        string? best = null;
        int fewest = Math.Max(2, word.Length / 2) + 1;
        foreach (string candidate in known)
        {
            int edits = Distance(word, candidate);
            if (edits < fewest)
            {
                (best, fewest) = (candidate, edits);
            }
        }
        return best;
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours between the two.</summary>
    internal static int Distance(string a, string b)
    {
        int[] beforeLast = [];
        int[] last = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int[] row = new int[b.Length + 1];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
                }
            }
            (beforeLast, last) = (last, row);
        }
        return last[b.Length];
    }
}
