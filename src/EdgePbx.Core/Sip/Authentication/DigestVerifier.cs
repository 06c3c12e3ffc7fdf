using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace EdgePbx.Core;

/// <summary>
/// Asks who a request is from and checks the answer: digest access authentication as a UAS does it (RFC 3261 22,
/// RFC 7616, RFC 8760). What strangers send makes nothing grow, and a request is checked without allocating.
/// </summary>
public sealed class DigestVerifier
{
    /// <summary>A longer name than this is nobody's, in bytes.</summary>
    internal const int LongestName = 128;

    /// <summary>Old ones, and those that were made for the last challenge.</summary>
    private const int MostCredentials = 2;

    private readonly NonceSource _nonces;
    private readonly NonceTable _uses = new();
    private readonly string _decoySecret;
    private Dictionary<string, DigestAccount> _accounts = [];
    private DigestAccount _decoy;
    private byte[] _realm;
    private byte[] _quotedRealm;
    private bool _hasHashes;
    private DigestRule _rule;
    private bool _offersMd5 = true;

    public DigestVerifier(string realm, IReadOnlyList<ExtensionSettings> extensions, Entropy entropy, DigestRule rule = DigestRule.Any)
    {
        _nonces = new NonceSource(entropy);
        _decoySecret = entropy.Hex(16);
        Replace(extensions, realm, rule);
    }

    /// <summary>Told of what was judged, and asked before; null: every guess is as good as the first.</summary>
    internal CredentialGuard? Guard { get; set; }

    /// <summary>A reload: nonces stay good, secrets and realm are new.</summary>
    [MemberNotNull(nameof(_realm), nameof(_quotedRealm), nameof(_decoy))]
    public void Replace(IReadOnlyList<ExtensionSettings> extensions, string realm, DigestRule rule = DigestRule.Any)
    {
        _rule = rule;
        _realm = Encoding.UTF8.GetBytes(realm);
        _quotedRealm = Encoding.UTF8.GetBytes(
            $"\"{realm.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
        _decoy = new DigestAccount(new ExtensionSettings("nobody", "", _decoySecret), _realm);
        var accounts = new Dictionary<string, DigestAccount>(extensions.Count, StringComparer.Ordinal);
        foreach (ExtensionSettings extension in extensions)
        {
            accounts[extension.Number] = new DigestAccount(extension, _realm);
        }
        _accounts = accounts;
        // by all extensions together: a challenge tells nothing about the one that is named
        _offersMd5 = rule != DigestRule.Sha256 || extensions.Any(static one => one.Digest is not null and not DigestRule.Sha256);
        _hasHashes = false;
    }

    public bool TryFind(ReadOnlySpan<byte> number, [NotNullWhen(true)] out ExtensionSettings? extension)
    {
        extension = Find(number)?.Settings;
        return extension is not null;
    }

    /// <summary>
    /// Judges the credentials for our realm. Never ask for those of an ACK or a CANCEL (RFC 3261 22.1).
    /// <paramref name="user"/> is set if and only if they are accepted.
    /// </summary>
    /// <param name="now">This moment.</param>
    /// <param name="request">What carries them.</param>
    /// <param name="source">Where it came from: nonces are good for their address only.</param>
    /// <param name="user">Whose they are.</param>
    public AuthenticationOutcome Verify(Instant now, SipMessage request, in SipFlow source, out ExtensionSettings? user)
    {
        // we challenge with 401; a client that also has, or only has, credentials in the proxy's header means the same
        if (!TryVerify(now, request, source, HeaderName.Authorization, out AuthenticationOutcome outcome, out user)
            && !TryVerify(now, request, source, HeaderName.ProxyAuthorization, out outcome, out user))
        {
            outcome = AuthenticationOutcome.Challenge;
        }
        return outcome;
    }

    /// <summary>WWW-Authenticate with a fresh nonce: SHA-256, then MD5 if anybody may use it (RFC 8760 2.3); MD5 alone where the other would do harm.</summary>
    /// <param name="writer">Writes the response.</param>
    /// <param name="now">This moment.</param>
    /// <param name="client">Whom the challenge is sent to.</param>
    /// <param name="stale">The nonce that came is none that counts.</param>
    /// <param name="request">What is being challenged: its User-Agent tells.</param>
    /// <param name="isLean">One algorithm alone: the answer would be too long for what was sent.</param>
    public void WriteChallenges(ref SipWriter writer, Instant now, NetAddress client, bool stale, SipMessage? request = null, bool isLean = false)
    {
        Span<byte> nonce = stackalloc byte[NonceSource.TokenLength];
        _nonces.Mint(now, client, nonce);
        DigestChallenge.Write(
            ref writer, _quotedRealm, nonce, stale, request is null ? default : request.First(HeaderName.UserAgent), isLean, _offersMd5);
    }

    /// <summary>
    /// False if this header has no credentials for us. A client may keep old ones beside those that it has just made: of two the
    /// better outcome counts. More are not looked at, so that nobody guesses many times in one message.
    /// </summary>
    private bool TryVerify(
        Instant now, SipMessage request, in SipFlow source, HeaderName header, out AuthenticationOutcome outcome, out ExtensionSettings? user)
    {
        outcome = AuthenticationOutcome.Malformed;
        user = null;
        int seen = 0;
        foreach (ReadOnlySpan<byte> value in request.Values(header))
        {
            if (seen == MostCredentials || !DigestCredentials.IsDigest(value, out ReadOnlySpan<byte> parameters))
            {
                continue;
            }
            AuthenticationOutcome judged = AuthenticationOutcome.Malformed;
            if (DigestCredentials.TryParse(parameters, out DigestCredentials credentials))
            {
                if (!IsOurRealm(credentials.Realm) || !DigestAlgorithms.TryParse(credentials.Algorithm, out DigestAlgorithm algorithm))
                {
                    continue;
                }
                judged = Judge(now, request, source, credentials, algorithm, out user);
            }
            outcome = seen == 0 || Rank(judged) > Rank(outcome) ? judged : outcome;
            seen++;
            if (user is not null)
            {
                break;
            }
        }
        return seen > 0;
    }

    private static int Rank(AuthenticationOutcome outcome) => outcome switch
    {
        AuthenticationOutcome.Malformed => 0,
        AuthenticationOutcome.Challenge => 1,
        AuthenticationOutcome.ChallengeStale => 2,
        AuthenticationOutcome.Refused => 3,
        AuthenticationOutcome.Accepted => 5,
        _ => 4, // whoever asks too soon, or is banned, hears nothing else
    };

    private AuthenticationOutcome Judge(
        Instant now, SipMessage request, in SipFlow source, in DigestCredentials credentials, DigestAlgorithm algorithm, out ExtensionSettings? user)
    {
        user = null;
        if (credentials.Nonce.IsEmpty || credentials.Response.IsEmpty
            || (credentials.HasQop && !Ascii.EqualsIgnoreCase(credentials.Qop, "auth"u8)))
        {
            return AuthenticationOutcome.Challenge;
        }
        Span<byte> given = stackalloc byte[DigestAlgorithms.LargestHash];
        Span<byte> expected = stackalloc byte[DigestAlgorithms.LargestHash];
        given = given[..DigestAlgorithms.HashLength(algorithm)];
        expected = expected[..given.Length];
        if (!TryReadHex(credentials.Response, given)
            || !TryReadCount(credentials, out uint count)
            || !IsFor(request.RequestUri, credentials.Uri))
        {
            return AuthenticationOutcome.Malformed;
        }
        if (_nonces.Check(now, source.Remote.Address, credentials.Nonce, out NonceId nonce) != NonceState.Live)
        {
            return AuthenticationOutcome.ChallengeStale; // before the secret: who has no nonce of his own learns nothing about it
        }
        Span<byte> buffer = stackalloc byte[LongestName];
        int length = Unescape(credentials.Username, buffer);
        if (length < 0)
        {
            return AuthenticationOutcome.Malformed;
        }
        ReadOnlySpan<byte> name = buffer[..length];
        int at = name.IndexOf((byte)'@');
        ReadOnlySpan<byte> number = at < 0 ? name : name[..at];
        switch (Guard?.Ask(now, source, number))
        {
            case GuessVerdict.TooSoon:
                return AuthenticationOutcome.TooSoon;
            case GuessVerdict.Banned:
                return AuthenticationOutcome.Banned;
            default:
                break;
        }
        DigestAccount? account = Find(number);
        if (!TryCompute(credentials, algorithm, request.MethodName, account ?? _decoy, at < 0 ? default : name, expected))
        {
            return AuthenticationOutcome.Malformed;
        }
        if (!CryptographicOperations.FixedTimeEquals(given, expected) || account is null || !Allows(account, algorithm, credentials.HasQop))
        {
            Guard?.NoteRefused(now, source, number, account is not null, request.MethodName);
            return AuthenticationOutcome.Refused;
        }
        if (!_uses.TryUse(nonce, count))
        {
            return AuthenticationOutcome.ChallengeStale;
        }
        Guard?.NoteAccepted(source, number);
        user = account.Settings;
        return AuthenticationOutcome.Accepted;
    }

    /// <summary>For a name that we don't know the work is the same, with a secret that nobody has.</summary>
    /// <param name="credentials">What came.</param>
    /// <param name="algorithm">Theirs.</param>
    /// <param name="method">Of the request.</param>
    /// <param name="used">Whose secret counts.</param>
    /// <param name="name">As the client calls itself, if that is with a domain.</param>
    /// <param name="response">What should have come.</param>
    private bool TryCompute(
        in DigestCredentials credentials, DigestAlgorithm algorithm, ReadOnlySpan<byte> method, DigestAccount used, ReadOnlySpan<byte> name,
        Span<byte> response)
    {
        if (name.IsEmpty)
        {
            HashAccounts();
            return DigestResponse.TryCompute(algorithm, used.A1(algorithm), credentials, method, response);
        }
        Span<byte> a1 = stackalloc byte[DigestAlgorithms.LargestHex];
        a1 = a1[..(2 * response.Length)];
        return used.TryHashA1(algorithm, name, _realm, a1)
            && DigestResponse.TryCompute(algorithm, a1, credentials, method, response);
    }

    /// <summary>A response of a kind that its extension may not give is a wrong one: no secret is right in it.</summary>
    private bool Allows(DigestAccount account, DigestAlgorithm algorithm, bool hasQop)
    {
        DigestRule rule = account.Settings.Digest ?? _rule;
        return (hasQop || rule == DigestRule.NoQop) && (algorithm == DigestAlgorithm.Sha256 || rule != DigestRule.Sha256);
    }

    // Not before somebody asks: a process that starts answers sooner. All at once: the first to ask learns nothing about a name.
    private void HashAccounts()
    {
        if (!_hasHashes)
        {
            _hasHashes = true;
            _decoy.Hash();
            foreach (DigestAccount account in _accounts.Values)
            {
                account.Hash();
            }
        }
    }

    private DigestAccount? Find(ReadOnlySpan<byte> number)
    {
        Span<char> text = stackalloc char[LongestName];
        return number.Length <= LongestName
            && Utf8.ToUtf16(number, text, out _, out int length, replaceInvalidSequences: false) == System.Buffers.OperationStatus.Done
            && _accounts.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text[..length], out DigestAccount? account)
            && account.IsUsable
            ? account
            : null;
    }

    private bool IsOurRealm(ReadOnlySpan<byte> realm)
    {
        Span<byte> buffer = stackalloc byte[2 * LongestName];
        int length = Unescape(realm, buffer);
        return length >= 0 && _realm.AsSpan().SequenceEqual(buffer[..length]);
    }

    /// <summary>
    /// The digest's URI must mean the same as the Request-URI, but need not be equivalent to it (RFC 8760 2.6, point 6). We
    /// have one domain under several names and rewriting routers on the way, so the user counts and the host does not;
    /// a URI without a user means this server, be it the digest's, as SIPp puts it, or that of a REGISTER whose phone puts its
    /// own address into the digest. A digest for somebody's number is no good for another's (RFC 7616 3.4.6).
    /// </summary>
    private static bool IsFor(ReadOnlySpan<byte> requestUri, ReadOnlySpan<byte> digestUri) =>
        requestUri.SequenceEqual(digestUri)
        || (SipUri.TryParse(requestUri, out SipUri target) && SipUri.TryParse(digestUri, out SipUri given)
            && given.IsSip && target.IsSip
            && (!given.HasUser || !target.HasUser || given.User.SequenceEqual(target.User)));

    /// <summary>
    /// nc, exactly eight hexadecimal digits (RFC 7616 3.4). Credentials without qop, as RFC 2069 had them and RFC 3261 22.4
    /// wants them taken, have no count: theirs is the last possible one, so that their nonce is good for one request.
    /// </summary>
    private static bool TryReadCount(in DigestCredentials credentials, out uint count)
    {
        count = uint.MaxValue;
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        if (!credentials.HasQop)
        {
            return true;
        }
        if (!credentials.HasClientNonce || !TryReadHex(credentials.NonceCount, bytes))
        {
            return false;
        }
        count = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return true;
    }

    private static bool TryReadHex(ReadOnlySpan<byte> digits, Span<byte> bytes) =>
        digits.Length == 2 * bytes.Length
        && Convert.FromHexString(digits, bytes, out _, out _) == System.Buffers.OperationStatus.Done;

    /// <summary>quoted-pair resolved (RFC 3261 25.1). Returns the length, or -1 if it does not fit.</summary>
    private static int Unescape(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (length == destination.Length)
            {
                return -1;
            }
            i += text[i] == (byte)'\\' && i + 1 < text.Length ? 1 : 0;
            destination[length++] = text[i];
        }
        return length;
    }
}
