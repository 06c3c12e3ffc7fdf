using CsCheck;

namespace EdgePbx.Core.Tests;

public class DigestVerifierTests
{
    private static readonly Instant Now = new(TimeSpan.FromHours(1).Ticks);

    private readonly DigestVerifier _verifier = DigestPhone.NewVerifier();

    /// <summary>A client that keeps what it had made for an earlier challenge, in whatever order.</summary>
    [Theory]
    [Trait("Clause", "BUG-32")]
    [InlineData(true)]
    [InlineData(false)]
    public void Old_credentials_beside_the_right_ones_do_no_harm(bool isOldFirst)
    {
        DigestPhone phone = NewPhone();
        DigestPhone[] old = [phone with { Nonce = "of-another-life" }, phone with { Secret = "former" }, phone with { Qop = "auth-int" }];
        Assert.All(old, other =>
        {
            DigestPhone fresh = NewPhone();
            string both = isOldFirst ? other.Header + fresh.Header : fresh.Header + other.Header;
            Assert.Equal(AuthenticationOutcome.Accepted, _verifier.Verify(Now, DigestPhone.Register(both), DigestPhone.Flow, out ExtensionSettings? user));
            Assert.Equal("1001", user!.Number);
        });
        string broken = "Authorization: Digest username=\"1001\n";
        Assert.Equal(AuthenticationOutcome.Accepted, _verifier.Verify(Now, DigestPhone.Register(broken + phone.Header), DigestPhone.Flow, out _));
    }

    [Fact]
    [Trait("Clause", "BUG-32")]
    public void Of_two_that_are_no_good_the_better_one_is_told_of_and_a_third_is_not_looked_at()
    {
        DigestPhone phone = NewPhone();
        string wrong = (phone with { Secret = "wrong" }).Header;
        string stale = (phone with { Nonce = "of-another-life" }).Header;
        Assert.Equal(AuthenticationOutcome.Refused, _verifier.Verify(Now, DigestPhone.Register(stale + wrong), DigestPhone.Flow, out _));
        Assert.Equal(AuthenticationOutcome.ChallengeStale, _verifier.Verify(Now, DigestPhone.Register("Authorization: Digest x\n" + stale), DigestPhone.Flow, out _));
        Assert.Equal(AuthenticationOutcome.Refused, _verifier.Verify(Now, DigestPhone.Register(stale + wrong + phone.Header), DigestPhone.Flow, out ExtensionSettings? user));
        Assert.Null(user);
    }

    [Theory]
    [Trait("Clause", "U-32")]
    [InlineData("SHA-256")]
    [InlineData("MD5")]
    [InlineData("")]
    public void The_right_secret_is_accepted(string algorithm)
    {
        DigestPhone phone = NewPhone() with { Algorithm = algorithm };

        Assert.Equal(AuthenticationOutcome.Accepted, Verify(phone, out ExtensionSettings? user));
        Assert.Equal("1001", user?.Number);
    }

    [Fact]
    public void A_secret_that_is_not_ascii_is_hashed_as_utf_8() =>
        Assert.Equal(AuthenticationOutcome.Accepted, Verify(NewPhone() with { Username = "1002", Secret = "p\u00e4ssw\u00f6rd" }));

    [Fact]
    [Trait("Clause", "C-46")]
    public void No_credentials_are_challenged()
    {
        Assert.Equal(AuthenticationOutcome.Challenge, _verifier.Verify(Now, DigestPhone.Register(""), DigestPhone.Flow, out ExtensionSettings? user));
        Assert.Null(user);
    }

    [Theory]
    [Trait("Clause", "C-46")]
    [InlineData("1001", "wrong")]
    [InlineData("1003", "zanzibar")]
    [InlineData("", "zanzibar")]
    [InlineData("nobody", "")]
    [InlineData("nobody@edgepbx", "")]
    [InlineData("1001@edgepbx", "wrong")]
    [InlineData("1002", "zanzibar")]
    public void A_wrong_secret_and_an_unknown_user_get_the_same_answer_and_it_is_not_stale(string username, string secret)
    {
        DigestPhone phone = NewPhone() with { Username = username, Secret = secret };

        Assert.Equal(AuthenticationOutcome.Refused, Verify(phone, out ExtensionSettings? user));
        Assert.Null(user);
    }

    [Theory]
    [InlineData("1001@edgepbx")]
    [InlineData("1001@pbx.example.com")]
    public void A_user_name_may_have_a_domain(string username) =>
        Assert.Equal(AuthenticationOutcome.Accepted, Verify(NewPhone() with { Username = username }));

    [Fact]
    public void A_user_name_may_be_escaped()
    {
        DigestPhone phone = NewPhone();
        string header = phone.Header.Replace("\"1001\"", "\"10\\01\"", StringComparison.Ordinal);

        Assert.Equal(AuthenticationOutcome.Accepted, _verifier.Verify(Now, DigestPhone.Register(header), DigestPhone.Flow, out _));
    }

    [Fact]
    public void Credentials_of_other_realms_and_schemes_are_passed_over()
    {
        DigestPhone phone = NewPhone();
        string others = (phone with { ClaimedRealm = "elsewhere" }).Header + "Authorization: Basic QWxhZGRpbjpvcGVu\n";

        Assert.Equal(AuthenticationOutcome.Challenge, _verifier.Verify(Now, DigestPhone.Register(others), DigestPhone.Flow, out _));
        Assert.Equal(AuthenticationOutcome.Accepted, _verifier.Verify(Now, DigestPhone.Register(others + phone.Header), DigestPhone.Flow, out _));
    }

    [Theory]
    [Trait("Clause", "U-32")]
    [InlineData("SHA-512-256")]
    [InlineData("MD5-sess")]
    [InlineData("SHA-256-sess")]
    [InlineData("NoOneKnows")]
    public void Credentials_with_an_unknown_algorithm_are_ignored(string algorithm)
    {
        DigestPhone phone = NewPhone();
        string unknown = (phone with { Algorithm = algorithm }).Header;

        Assert.Equal(AuthenticationOutcome.Challenge, _verifier.Verify(Now, DigestPhone.Register(unknown), DigestPhone.Flow, out _));
        Assert.Equal(AuthenticationOutcome.Accepted, _verifier.Verify(Now, DigestPhone.Register(unknown + phone.Header), DigestPhone.Flow, out _));
    }

    [Fact]
    public void Credentials_in_the_proxys_header_count_when_there_are_no_others()
    {
        DigestPhone phone = NewPhone() with { HeaderName = "Proxy-Authorization" };
        string wrong = (phone with { HeaderName = "Authorization", Secret = "wrong" }).Header;

        Assert.Equal(AuthenticationOutcome.Refused, _verifier.Verify(Now, DigestPhone.Register(phone.Header + wrong), DigestPhone.Flow, out _));
        Assert.Equal(AuthenticationOutcome.Accepted, Verify(phone));
    }

    [Fact]
    [Trait("Clause", "C-47")]
    public void An_old_nonce_is_stale()
    {
        DigestPhone phone = NewPhone();
        Instant later = Now + NonceSource.Lifetime + TimeSpan.FromMilliseconds(1);

        Assert.Equal(AuthenticationOutcome.ChallengeStale, Verify(phone, out ExtensionSettings? user, later));
        Assert.Null(user);
        Assert.Equal(AuthenticationOutcome.ChallengeStale, Verify(phone with { Secret = "wrong" }, out _, later)); // or it would tell who guesses which secret is right
    }

    [Fact]
    [Trait("Clause", "C-47")]
    public void A_nonce_from_before_a_restart_is_stale()
    {
        DigestPhone phone = NewPhone() with { Nonce = DigestPhone.Challenge(DigestPhone.NewVerifier(seed: 2), Now) };

        Assert.Equal(AuthenticationOutcome.ChallengeStale, Verify(phone));
        Assert.Equal(AuthenticationOutcome.ChallengeStale, Verify(phone with { Nonce = "of-another-server" }));
    }

    [Theory]
    [Trait("Clause", "SEC-16")]
    [Trait("Clause", "AB-01")]
    [InlineData("192.0.2.8")]
    [InlineData("127.0.0.1")]
    [InlineData("2001:db8::7")]
    [InlineData("::c000:207")]
    public void A_nonce_is_good_for_the_address_only_that_it_was_made_for(string elsewhere)
    {
        Assert.True(NetAddress.TryParse(elsewhere, out NetAddress address));
        DigestPhone phone = NewPhone();
        foreach (string secret in new[] { "zanzibar", "wrong" })
        {
            SipMessage request = DigestPhone.Register((phone with { Secret = secret }).Header);
            Assert.Equal(AuthenticationOutcome.ChallengeStale, _verifier.Verify(Now, request, DigestPhone.Flow with { Remote = new NetEndpoint(address, 5062) }, out ExtensionSettings? user));
            Assert.Null(user);
        }
        Assert.Equal(AuthenticationOutcome.Accepted, Verify(phone)); // and it was not used up
    }

    [Fact]
    [Trait("Clause", "C-47")]
    public void A_replayed_nonce_count_is_refused_as_stale()
    {
        DigestPhone phone = NewPhone();

        Assert.Equal(AuthenticationOutcome.Accepted, Verify(phone));
        Assert.Equal(AuthenticationOutcome.ChallengeStale, Verify(phone));
        Assert.Equal(AuthenticationOutcome.Accepted, Verify(phone with { Count = 2 }));
        Assert.Equal(AuthenticationOutcome.Accepted, Verify(phone with { Count = 0x10 }));
        Assert.Equal(AuthenticationOutcome.ChallengeStale, Verify(phone with { Count = 3 }));
        Assert.Equal(AuthenticationOutcome.ChallengeStale, Verify(phone with { Count = 0 }));
    }

    [Fact]
    public void A_wrong_secret_does_not_use_up_a_nonce()
    {
        DigestPhone phone = NewPhone();

        Assert.Equal(AuthenticationOutcome.Refused, Verify(phone with { Secret = "wrong", Count = 9 }));
        Assert.Equal(AuthenticationOutcome.Accepted, Verify(phone));
    }

    [Fact]
    public void A_client_without_qop_can_use_a_nonce_once_if_its_extension_says_so()
    {
        DigestPhone phone = NewPhone() with { Algorithm = "", Qop = null };

        Assert.Equal(AuthenticationOutcome.Refused, Verify(phone));
        _verifier.Replace([DigestPhone.Extensions[0] with { Digest = DigestRule.NoQop }], DigestPhone.Realm);
        Assert.Equal(AuthenticationOutcome.Accepted, Verify(phone));
        Assert.Equal(AuthenticationOutcome.ChallengeStale, Verify(phone));
        Assert.Equal(AuthenticationOutcome.ChallengeStale, Verify(phone with { Qop = "auth", Count = 2 }));
    }

    [Theory]
    [Trait("Clause", "SEC-19")]
    [InlineData(DigestRule.Any, null, true, true, false)]
    [InlineData(DigestRule.Sha256, null, true, false, false)]
    [InlineData(DigestRule.Any, DigestRule.Sha256, true, false, false)]
    [InlineData(DigestRule.Sha256, DigestRule.Any, true, true, false)]
    [InlineData(DigestRule.Sha256, DigestRule.NoQop, true, true, true)]
    public void What_an_extension_may_answer_with_is_its_own_rule_or_the_boxs(object box, object? own, bool sha256, bool md5, bool noQop)
    {
        _verifier.Replace([DigestPhone.Extensions[0] with { Digest = (DigestRule?)own }], DigestPhone.Realm, (DigestRule)box);

        Assert.Equal(OutcomeOf(sha256), Verify(NewPhone()));
        Assert.Equal(OutcomeOf(md5), Verify(NewPhone() with { Algorithm = "MD5" }));
        Assert.Equal(OutcomeOf(md5), Verify(NewPhone() with { Algorithm = "" }));
        Assert.Equal(OutcomeOf(noQop), Verify(NewPhone() with { Algorithm = "MD5", Qop = null }));
        Assert.Equal(OutcomeOf(noQop), Verify(NewPhone() with { Qop = null }));

        static AuthenticationOutcome OutcomeOf(bool isTaken) => isTaken ? AuthenticationOutcome.Accepted : AuthenticationOutcome.Refused;
    }

    [Theory]
    [Trait("Clause", "SEC-19")]
    [InlineData(DigestRule.Any, DigestRule.Any, 2)]
    [InlineData(DigestRule.Sha256, null, 1)]
    [InlineData(DigestRule.Sha256, DigestRule.Sha256, 1)]
    [InlineData(DigestRule.Sha256, DigestRule.Any, 2)]
    [InlineData(DigestRule.Any, DigestRule.Sha256, 2)]
    public void MD5_is_offered_while_anybody_may_use_it_whoever_asks(object box, object? ofOne, int challenges)
    {
        _verifier.Replace([DigestPhone.Extensions[0] with { Digest = (DigestRule?)ofOne }, DigestPhone.Extensions[1]], DigestPhone.Realm, (DigestRule)box);
        foreach (string agent in new[] { "", "User-Agent: JsSIP 3\n" }) // who can't do better is not served then
        {
            string text = DigestPhone.Challenges(_verifier, Now, request: DigestPhone.Register(agent));
            Assert.Equal(agent.Length > 0 && challenges == 2 ? 1 : challenges, text.Split("WWW-Authenticate").Length - 1);
            Assert.Equal(challenges == 2, text.Contains("MD5", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Integrity_protection_was_not_offered() =>
        Assert.Equal(AuthenticationOutcome.Challenge, Verify(NewPhone() with { Qop = "auth-int" }));

    [Theory]
    [InlineData("nonce=\"{0}\"", "nonce=\"\"")]
    [InlineData("response=\"{1}\"", "response=\"\"")]
    public void Credentials_from_before_any_challenge_are_challenged(string was, string becomes) =>
        Assert.Equal(AuthenticationOutcome.Challenge, VerifyChanged(was, becomes));

    [Theory]
    [InlineData("response=\"{1}\"", "response=\"abc\"")]
    [InlineData("response=\"{1}\"", "response=\"8ca523f5e9506fed4657c9700eebdbec\"")]
    [InlineData("response=\"{1}\"", "response=\"zz2a86e26b8c6b1bf7c5cde79c9a7ddb9e9e1d1a3a2c6a2f4d0e6f9d0c5a1b7c\"")]
    [InlineData("nc=00000001", "nc=1")]
    [InlineData("nc=00000001", "nc=0000000g")]
    [InlineData("nc=00000001, ", "")]
    [InlineData(", cnonce=\"c0ffee\"", "")]
    [InlineData("realm=\"edgepbx\", ", "")]
    [InlineData("username=\"1001\"", "username=\"1001")]
    [InlineData("uri=\"sip:pbx.example.com\"", "uri=\"nonsense\"")]
    public void Broken_credentials_are_a_bad_request(string was, string becomes) =>
        Assert.Equal(AuthenticationOutcome.Malformed, VerifyChanged(was, becomes));

    [Theory]
    [InlineData(128, AuthenticationOutcome.Refused)]
    [InlineData(129, AuthenticationOutcome.Malformed)]
    public void A_user_name_has_a_limit(int length, AuthenticationOutcome outcome) =>
        Assert.Equal(outcome, Verify(NewPhone() with { Username = new string('7', length) }));

    [Theory]
    [Trait("Clause", "BUG-32")]
    [InlineData("sip:1002@pbx.example.com", "sip:1002@pbx.example.com", AuthenticationOutcome.Accepted)]
    [InlineData("sip:1002@pbx.example.com", "sip:1002@192.0.2.1:5060;transport=udp", AuthenticationOutcome.Accepted)]
    [InlineData("sip:1002@pbx.example.com", "sip:192.0.2.1:5060", AuthenticationOutcome.Accepted)]
    [InlineData("sip:1002@pbx.example.com", "sip:1003@pbx.example.com", AuthenticationOutcome.Malformed)]
    [InlineData("sip:pbx.example.com", "sip:1001@pbx.example.com", AuthenticationOutcome.Accepted)]
    [InlineData("sip:192.0.2.1:5060", "sip:1001@pbx.example.com;transport=udp", AuthenticationOutcome.Accepted)]
    [InlineData("tel:1002", "tel:1002", AuthenticationOutcome.Accepted)]
    [InlineData("tel:1002", "sip:1002@pbx.example.com", AuthenticationOutcome.Malformed)]
    public void The_digest_must_be_made_for_the_request_uri(string requestUri, string uri, AuthenticationOutcome outcome)
    {
        DigestPhone phone = NewPhone() with { Method = "INVITE", Uri = uri };

        Assert.Equal(outcome, _verifier.Verify(Now, DigestPhone.Register(phone.Header, requestUri, "INVITE"), DigestPhone.Flow, out _));
    }

    [Fact]
    public void The_digest_must_be_made_for_the_method()
    {
        DigestPhone phone = NewPhone() with { Method = "INVITE" };

        Assert.Equal(AuthenticationOutcome.Refused, Verify(phone));
    }

    [Fact]
    public void A_reload_changes_secrets_and_keeps_nonces()
    {
        DigestPhone before = NewPhone();
        DigestPhone after = before with { Secret = "new", ClaimedRealm = "office" };

        _verifier.Replace([new ExtensionSettings("1001", "Front Desk", "new")], "office");

        Assert.Equal(AuthenticationOutcome.Challenge, Verify(before));
        Assert.Equal(AuthenticationOutcome.Accepted, Verify(after));
        Assert.True(_verifier.TryFind("1001"u8, out ExtensionSettings? extension));
        Assert.Equal("new", extension.Secret);
        Assert.False(_verifier.TryFind("1002"u8, out _));
        Assert.False(_verifier.TryFind("\xff"u8, out _));
    }

    [Fact]
    public void Any_change_of_one_character_is_noticed_and_none_throws() =>
        Gen.Select(Gen.Int[0, 10_000], Gen.Char[' ', '~']).Sample((at, character) =>
        {
            DigestVerifier verifier = DigestPhone.NewVerifier();
            string good = new DigestPhone { Nonce = DigestPhone.Challenge(verifier, Now) }.Header;
            int start = good.IndexOf("Digest", StringComparison.Ordinal);
            at = start + (at % (good.Length - 1 - start));
            string changed = good[..at] + character + good[(at + 1)..];

            AuthenticationOutcome outcome = verifier.Verify(Now, DigestPhone.Register(changed), DigestPhone.Flow, out ExtensionSettings? user);

            // names, the scheme and hexadecimal digits are the same in either case
            bool isTheSame = changed.Equals(good, StringComparison.OrdinalIgnoreCase);
            return (outcome == AuthenticationOutcome.Accepted) == (user is not null) && (isTheSame || user is null);
        });

    [Fact]
    public void Verifying_allocates_nothing()
    {
        // a request is accepted once: each round has its own
        var rounds = new Queue<SipMessage[]>(Enumerable.Range(1, 1000).Select(Request).Chunk(100));

        Assert.Equal(0, Allocated.InEach(() => Play(rounds.Dequeue())));

        SipMessage Request(int count)
        {
            string algorithm = count % 2 == 0 ? "MD5" : "SHA-256";
            string username = count % 3 == 0 ? "1001@x" : "1001";
            return DigestPhone.Register((NewPhone() with { Count = (uint)count, Algorithm = algorithm, Username = username }).Header);
        }

        void Play(ReadOnlySpan<SipMessage> part)
        {
            Span<byte> buffer = stackalloc byte[500];
            foreach (SipMessage request in part)
            {
                var writer = new SipWriter(buffer);
                _verifier.WriteChallenges(ref writer, Now, DigestPhone.Address, stale: false, request);
                if (_verifier.Verify(Now, request, DigestPhone.Flow, out _) != AuthenticationOutcome.Accepted)
                {
                    throw new InvalidOperationException("not accepted");
                }
            }
        }
    }

    private DigestPhone NewPhone() => new() { Nonce = DigestPhone.Challenge(_verifier, Now) };

    private AuthenticationOutcome Verify(DigestPhone phone) => Verify(phone, out _);

    private AuthenticationOutcome Verify(DigestPhone phone, out ExtensionSettings? user, Instant? now = null) =>
        _verifier.Verify(now ?? Now, DigestPhone.Register(phone.Header), DigestPhone.Flow, out user);

    private AuthenticationOutcome VerifyChanged(string was, string becomes)
    {
        DigestPhone phone = NewPhone();
        was = string.Format(System.Globalization.CultureInfo.InvariantCulture, was, phone.Nonce, phone.Response);
        Assert.Contains(was, phone.Header, StringComparison.Ordinal);
        string header = phone.Header.Replace(was, becomes, StringComparison.Ordinal);
        return _verifier.Verify(Now, DigestPhone.Register(header), DigestPhone.Flow, out _);
    }
}
