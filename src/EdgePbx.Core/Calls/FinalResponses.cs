namespace EdgePbx.Core;

/// <summary>Which refusal the caller hears when no phone answered (RFC 3261 16.7 step 6), and in which words.</summary>
internal static class FinalResponses
{
    /// <summary>What a callee's answer becomes on the caller's leg: its own contacts, credentials and load are nobody else's business.</summary>
    public static int Shown(int status) => status switch
    {
        < 400 => 480,           // a redirection would show where the phone is
        401 or 407 => 480,      // a challenge that the caller can't answer
        422 => 500,             // each leg has an interval of its own; the caller's was not too small (ST-06, ST-08)
        415 or 606 => 488,      // what it would accept instead belongs to the other leg
        420 or 421 or 423 or 481 or 482 or 483 or 485 or 489 or 493 or 494 => 480, // about our own request
        503 => 500,             // RFC 3261 16.7: one phone's overload is not ours
        _ => status,
    };

    /// <summary>As <see cref="Shown"/>, within a call: what the other phone says of a change, or that it can't be had.</summary>
    public static int ShownInDialog(int status) => status is 408 or 481 or 487 or 491 or 603 or (>= 500 and < 600 and not 503) ? status : status == 503 ? 500 : 488;

    /// <summary>6xx first; else the lowest class, and in it what tells the caller most.</summary>
    public static int Better(int one, int other) => Rank(other) < Rank(one) ? other : one;

    private static int Rank(int status) => status switch
    {
        0 => int.MaxValue,
        >= 600 => 0,
        415 or 420 or 484 => 1,
        486 => 2,
        408 or 480 or 487 => 4,
        >= 400 and < 500 => 3,
        _ => 5,
    };
}
