namespace EdgePbx.Core;

/// <summary>The first few moments at which session timers are late, in order. Equal when the moments are.</summary>
public readonly struct LateMoments : IEquatable<LateMoments>
{
    /// <summary>As many as one digit counts: who sees nine late ones does not ask for the tenth.</summary>
    public const int Kept = 9;

    private readonly Instant[]? _moments;

    /// <param name="moments">In order, and no more than are kept.</param>
    public LateMoments(ReadOnlySpan<Instant> moments) => _moments = moments.IsEmpty ? null : moments.ToArray();

    public Instant First => _moments is null ? Instant.Never : _moments[0];

    public ReadOnlySpan<Instant> All => _moments;

    /// <summary>How many are late now.</summary>
    public int CountAt(Instant now)
    {
        int late = 0;
        foreach (Instant moment in All)
        {
            late += moment <= now ? 1 : 0;
        }
        return late;
    }

    /// <summary>Puts a moment where it belongs among those that are there already, if it is one of the first.</summary>
    /// <param name="moments">As long as they are kept.</param>
    internal static void Insert(Span<Instant> moments, ref int count, Instant moment)
    {
        int at = count;
        while (at > 0 && moment < moments[at - 1])
        {
            at--;
        }
        if (at == moments.Length || moment == Instant.Never)
        {
            return;
        }
        count = Math.Min(count + 1, moments.Length);
        moments[at..(count - 1)].CopyTo(moments[(at + 1)..]);
        moments[at] = moment;
    }

    public bool Equals(LateMoments other) => All.SequenceEqual(other.All);

    public override bool Equals(object? obj) => obj is LateMoments other && Equals(other);

    public override int GetHashCode() => First.GetHashCode();

    public static bool operator ==(LateMoments left, LateMoments right) => left.Equals(right);

    public static bool operator !=(LateMoments left, LateMoments right) => !left.Equals(right);
}
