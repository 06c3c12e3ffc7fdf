namespace EdgePbx.Core;

/// <summary>What the credentials of a request are worth.</summary>
public enum AuthenticationOutcome : byte
{
    /// <summary>They are an extension's, made for this request, and new.</summary>
    Accepted,

    /// <summary>None for our realm, or none that we can use: 401 with challenges.</summary>
    Challenge,

    /// <summary>The secret is right but the nonce is too old, not ours, or used already: 401 with <c>stale=true</c>.</summary>
    ChallengeStale,

    /// <summary>Wrong secret or unknown user, which look the same: 401 with fresh challenges, not stale.</summary>
    Refused,

    /// <summary>Not what the grammar allows, or made for another Request-URI: 400 (RFC 7616 3.4.6).</summary>
    Malformed,
}
