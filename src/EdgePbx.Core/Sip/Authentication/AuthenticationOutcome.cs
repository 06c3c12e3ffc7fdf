namespace EdgePbx.Core;

/// <summary>What the credentials of a request are worth.</summary>
public enum AuthenticationOutcome : byte
{
    /// <summary>They are an extension's, made for this request, and new.</summary>
    Accepted,

    /// <summary>None for our realm, or none that we can use: 401 with challenges.</summary>
    Challenge,

    /// <summary>
    /// The nonce is too old or not ours, and then the secret was not looked at; or the secret is right and the nonce was used
    /// already: 401 with <c>stale=true</c> (RFC 7616 3.3).
    /// </summary>
    ChallengeStale,

    /// <summary>Wrong secret or unknown user, which look the same: 401 with fresh challenges, not stale.</summary>
    Refused,

    /// <summary>Not looked at, since several of that account's from that source were wrong: nobody is to learn by asking often.</summary>
    TooSoon,

    /// <summary>Not looked at for some time, since too many were wrong.</summary>
    Banned,

    /// <summary>Not what the grammar allows, or made for another Request-URI: 400 (RFC 7616 3.4.6).</summary>
    Malformed,
}
