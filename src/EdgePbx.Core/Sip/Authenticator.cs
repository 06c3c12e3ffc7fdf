namespace EdgePbx.Core;

/// <summary>Asks for credentials and checks them before anything changes or is remembered (C-19). ACK and CANCEL never come here (C-45).</summary>
internal sealed class Authenticator
{
    private readonly PbxContext _context;
    private readonly DigestVerifier _digest;

    public Authenticator(PbxContext context, CredentialGuard guard)
    {
        _context = context;
        _digest = new DigestVerifier(context.Settings.Realm, context.Settings.Extensions, context.Entropy, context.Settings.Digest) { Guard = guard };
    }

    public void Reload(PbxSettings settings) => _digest.Replace(settings.Extensions, settings.Realm, settings.Digest);

    public bool TryFind(ReadOnlySpan<byte> number, out ExtensionSettings? extension) => _digest.TryFind(number, out extension);

    /// <summary>
    /// The extension that sent the request; null when it was answered, without state, with 401 or 400 (RFC 3261 26.3.2.4), or when
    /// its sender has guessed too often: then a datagram gets no answer, and a copy of it may get one.
    /// </summary>
    /// <param name="wasRefused">Credentials were given and are wrong.</param>
    public ExtensionSettings? Authenticate(Instant now, SipMessage request, in SipFlow source, out bool wasRefused)
    {
        AuthenticationOutcome outcome = _digest.Verify(now, request, source, out ExtensionSettings? user);
        wasRefused = outcome == AuthenticationOutcome.Refused;
        switch (outcome)
        {
            case AuthenticationOutcome.Accepted:
                return user;
            case AuthenticationOutcome.Malformed:
                _context.RespondStateless(request, source, 400, "Credentials Can't Be Read"u8);
                return null;
            case AuthenticationOutcome.TooSoon when source.Transport != SipTransport.Udp:
                SipWriter refusal = _context.BeginStateless(request, source, 503); // there are no copies on a stream
                refusal.Header(HeaderName.RetryAfter, (uint)GuessLimits.Delay.TotalSeconds);
                _context.SendStateless(request, source, ref refusal);
                return null;
            case AuthenticationOutcome.TooSoon or AuthenticationOutcome.Banned:
                return null;
            default:
                SipWriter writer = _context.BeginStateless(request, source, 401);
                bool isStale = outcome == AuthenticationOutcome.ChallengeStale;
                _digest.WriteChallenges(ref writer, now, source.Remote.Address, isStale, request);
                if (_context.IsTooLong(request, source, writer.Length + SipWriter.NoBodyLength))
                {
                    writer = _context.BeginStateless(request, source, 401);
                    _digest.WriteChallenges(ref writer, now, source.Remote.Address, isStale, request, isLean: true);
                }
                _context.SendStateless(request, source, ref writer);
                return null;
        }
    }
}
