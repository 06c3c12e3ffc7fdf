namespace EdgePbx.Core;

/// <summary>What one account holds of what all share. Plain numbers; whoever takes something gives it back here.</summary>
internal sealed class AccountUsage(string number)
{
    public string Number => number;

    /// <summary>As it was configured when it last asked for something.</summary>
    public ExtensionSettings? Settings { get; set; }

    /// <summary>Calls that it has made and that have not ended.</summary>
    public int Calls { get; set; }

    /// <summary>Media paths of the calls that it has made, those that are being closed included.</summary>
    public int Paths { get; set; }

    /// <summary>Its requests that are remembered, REGISTERs aside.</summary>
    public int Requests { get; set; }

    /// <summary>Its REGISTERs that are remembered.</summary>
    public int Registrations { get; set; }

    /// <summary>Changes of its bindings that the medium must keep.</summary>
    public Instant ChangesFullAt;

    /// <summary>Calls of it that nobody answered: their records, and the lines of those that were refused at once.</summary>
    public Repeats? Unanswered { get; set; }
    public Repeats? Refused { get; set; }

    /// <summary>That it wanted more than its share.</summary>
    public Repeats? Limited { get; set; }

    /// <summary>The last unanswered call that has no record of its own.</summary>
    public CallRecord? LastUnanswered { get; set; }

    /// <summary>One of its requests is remembered, or no more.</summary>
    /// <param name="isRegister">They have a share of their own.</param>
    /// <param name="more">1 or -1.</param>
    public void Count(bool isRegister, int more) =>
        (Registrations, Requests) = isRegister ? (Registrations + more, Requests) : (Registrations, Requests + more);

    public bool HoldsNothing => Calls + Paths + Requests + Registrations == 0;
}
