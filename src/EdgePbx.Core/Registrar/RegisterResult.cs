namespace EdgePbx.Core;

/// <summary>How a REGISTER ended: the response's status, and what the log says about it.</summary>
/// <param name="Status">200, 400, 403, 420, 423, 500 or 503.</param>
/// <param name="Changed">The request asked for a change and got it; false for a query.</param>
/// <param name="Bindings">Live bindings of the extension afterwards.</param>
public readonly record struct RegisterResult(int Status, bool Changed, int Bindings)
{
    public bool IsAccepted => Status == 200;

    /// <summary>Why not, in ASCII words fit for a reason phrase; empty when accepted.</summary>
    public string Reason { get; init; } = "";

    /// <summary>How long the last contact of the request was granted; zero when it was taken back.</summary>
    public TimeSpan Granted { get; init; }

    /// <summary>With 423: what to ask for at least.</summary>
    public TimeSpan MinimumExpires { get; init; }

    /// <summary>With 503: when it may be tried again; zero: it is not said.</summary>
    public TimeSpan RetryAfter { get; init; }

    /// <summary>With 420: the option tags that we don't have.</summary>
    public string Unsupported { get; init; } = "";
}
