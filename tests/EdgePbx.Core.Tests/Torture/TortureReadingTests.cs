using static EdgePbx.Core.Tests.TestMessages;

namespace EdgePbx.Core.Tests;

/// <summary>The details that RFC 4475 and RFC 5118 ask to be read rightly out of their valid messages.</summary>
public class TortureReadingTests
{
    [Fact]
    [Trait("Clause", "C-44")]
    public void The_folded_invite_reads_like_a_plain_one()
    {
        SipMessage message = Read("wsinv");

        Assert.Equal(SipMethod.Invite, message.Method);
        Assert.Equal("55020n", Text(message.ToTag));
        Assert.Equal("77q", Text(message.FromTag));
        Assert.Equal((17u, SipMethod.Invite), (message.CSeqNumber, message.CSeqMethod));
        Assert.True(message.TryGetUInt32(HeaderName.MaxForwards, out uint hops));
        Assert.Equal(41u, hops);
        Assert.True(message.TryGetTopVia(out Via via));
        Assert.Equal(("UDP", "198.51.100.2", "oldstyle17"), (Text(via.Transport), Text(via.Host), Text(via.Branch)));
        Assert.False(via.HasMagicCookie);
        Assert.Equal(["oldstyle17", "z9hG4bKweave", "z9hG4bKshuttle"], Branches(message));
        Assert.Empty(Text(message.First(HeaderName.Subject)));
        Assert.True(message.Has(HeaderName.Subject));
        Assert.True(NameAddress.TryParse(message.First(HeaderName.Contact), out NameAddress contact));
        Assert.True(contact.TryGetParameter("q"u8, out ReadOnlySpan<byte> q));
        Assert.Equal("0.4", Text(q));
        Assert.True(NameAddress.TryParse(message.First(HeaderName.Route), out NameAddress route));
        Assert.True(SipUri.TryParse(route.Uri, out SipUri hop) && hop.HasLooseRouting);
        Assert.Contains("ValueOfNoKnownShape", UnknownNames(message));
    }

    [Fact]
    public void A_percent_sign_is_an_escape_in_URIs_only()
    {
        SipMessage odd = Read("intmeth");
        Assert.Equal(SipMethod.Unknown, odd.Method);
        Assert.Equal("~Polish'0987654321_*+`.%brass!-", Text(odd.MethodName));
        Assert.True(SipUri.TryParse(odd.RequestUri, out SipUri uri));
        Assert.Equal("example.com", Text(uri.Host));

        SipMessage notRegister = Read("esc02");
        Assert.Equal(SipMethod.Unknown, notRegister.Method);
        Assert.Equal(2, notRegister.Count(HeaderName.Contact));
        Assert.True(NameAddress.TryParse(notRegister.First(HeaderName.To), out NameAddress to));
        Assert.Equal("\"%Q%41\"", Text(to.DisplayName));
    }

    [Fact]
    public void Escapes_in_a_URI_are_resolved_once()
    {
        SipMessage message = Read("esc01");
        Span<byte> user = stackalloc byte[64];

        Assert.True(SipUri.TryParse(message.RequestUri, out SipUri target));
        Assert.Equal("sips:maria@inner.example", Text(user[..target.UnescapeUser(user)]));
        Assert.Equal("example.net", Text(target.Host));
        Assert.True(NameAddress.TryParse(message.First(HeaderName.To), out NameAddress to));
        Assert.True(SipUri.AreEqual(to.Uri, "sip:maria@example.com"u8));
        Assert.True(NameAddress.TryParse(message.First(HeaderName.Contact), out NameAddress contact));
        Assert.True(SipUri.TryParse(contact.Uri, out SipUri uri));
        Assert.True(uri.HasLooseRouting); // %6C%72 is lr
        Assert.True(uri.TryGetParameter("colour"u8, out ReadOnlySpan<byte> colour));
        Assert.Equal("r%65d%25%35%41", Text(colour)); // red%5A, which is not redZ
        Assert.False(SipUri.AreEqual("sip:a;colour=r%65d%25%35%41"u8, "sip:a;colour=redZ"u8));
    }

    [Fact]
    public void An_escaped_nul_neither_ends_a_user_nor_makes_two_contacts_one()
    {
        SipMessage message = Read("escnull");
        Span<byte> user = stackalloc byte[64];

        Assert.True(NameAddress.TryParse(message.First(HeaderName.To), out NameAddress to));
        Assert.True(SipUri.TryParse(to.Uri, out SipUri uri));
        Assert.Equal("zero-\0-zero", Text(user[..uri.UnescapeUser(user)]));
        HeaderValues contacts = message.Values(HeaderName.Contact);
        Assert.True(contacts.MoveNext() && NameAddress.TryParse(contacts.Current, out NameAddress first)
            && contacts.MoveNext() && NameAddress.TryParse(contacts.Current, out NameAddress second)
            && !SipUri.AreEqual(first.Uri, second.Uri));
    }

    [Fact]
    public void A_semicolon_before_the_at_sign_belongs_to_the_user()
    {
        Span<byte> user = stackalloc byte[64];

        Assert.True(SipUri.TryParse(Read("semiuri").RequestUri, out SipUri uri));

        Assert.Equal("lift;to=roof@example.org", Text(user[..uri.UnescapeUser(user)]));
        Assert.True(uri.Parameters.IsEmpty);
    }

    [Fact]
    [Trait("Clause", "C-43")]
    public void What_follows_the_body_in_a_datagram_is_noise()
    {
        SipMessage message = Read("dblreq");

        Assert.Equal(SipMethod.Register, message.Method);
        Assert.True(message.Body.IsEmpty);
        Assert.DoesNotContain("noise", Text(message.Bytes), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Clause", "O-11")]
    public void A_binary_part_with_nul_and_cr_comes_out_whole()
    {
        SipMessage message = Read("mpart01");

        ReadOnlySpan<byte> type = message.First(HeaderName.ContentType);
        Assert.True(MultipartBody.TryFindPart(type, message.Body, "application/octet-stream"u8, out ReadOnlySpan<byte> binary));
        Assert.Equal(260, binary.Length);
        Assert.Equal(0xff, binary[^1]);
        Assert.True(MultipartBody.TryFindPart(type, message.Body, "text/plain"u8, out ReadOnlySpan<byte> text));
        Assert.Equal("Good morning", Text(text));
    }

    [Fact]
    public void A_contact_parameter_stays_outside_the_URI_and_a_URI_parameter_inside()
    {
        Assert.True(NameAddress.TryParse(Read("cparam01").First(HeaderName.Contact), out NameAddress outer));
        Assert.True(outer.TryGetParameter("wherefrom"u8, out _));
        Assert.Equal("sip:+12025550164@gw.example.net", Text(outer.Uri));

        Assert.True(NameAddress.TryParse(Read("cparam02").First(HeaderName.Contact), out NameAddress inner));
        Assert.False(inner.TryGetParameter("wherefrom"u8, out _));
        Assert.True(SipUri.TryParse(inner.Uri, out SipUri uri) && uri.TryGetParameter("wherefrom"u8, out _));

        Assert.True(NameAddress.TryParse(Read("regescrt").First(HeaderName.Contact), out NameAddress escaped));
        Assert.True(SipUri.TryParse(escaped.Uri, out SipUri withHeader));
        Assert.Equal("Route=%3Csip:hop.example.com%3E", Text(withHeader.Headers));
    }

    [Fact]
    public void Reason_phrases_may_be_anything_or_nothing()
    {
        Assert.StartsWith("= 5*5", Text(Read("unreason").ReasonPhrase), StringComparison.Ordinal);
        Assert.True(Read("noreason").ReasonPhrase.IsEmpty);
    }

    [Theory]
    [InlineData("port-ambiguous", "[2001:db8:5::10:5082]", 0)]
    [InlineData("port-unambiguous", "[2001:db8:5::10]", 5082)]
    [Trait("Clause", "C-44")]
    public void A_port_stands_outside_the_brackets(string name, string host, int port)
    {
        Assert.True(SipUri.TryParse(Read(name).RequestUri, out SipUri uri));

        Assert.Equal((host, port), (Text(uri.Host), uri.Port));
    }

    [Theory]
    [InlineData("via-received-param-with-delim")]
    [InlineData("via-received-param-no-delim")]
    public void Received_is_read_with_and_without_brackets(string name)
    {
        Assert.True(Read(name).TryGetTopVia(out Via via));

        Assert.Equal("2001:db8:5::7:77", Text(via.Received));
        Assert.Equal("[2001:db8:5::7:1]", Text(via.Host));
    }

    [Fact]
    public void A_mapped_address_and_its_port_are_read()
    {
        Assert.True(Read("ipv4-mapped-ipv6").TryGetTopVia(out Via via));

        Assert.Equal(15076, via.Port);
        Assert.True(HostLiteral.TryParse(via.Host, out NetAddress address));
        Assert.Equal(NetAddress.FromV4(198, 51, 100, 76), address);
    }

    private static SipMessage Read(string name) => Parse([.. TortureCases.Find(name).Bytes]);

    private static List<string> Branches(SipMessage message)
    {
        var branches = new List<string>();
        foreach (ReadOnlySpan<byte> value in message.Values(HeaderName.Via))
        {
            Assert.True(Via.TryParse(value, out Via via));
            branches.Add(Text(via.Branch));
        }
        return branches;
    }

    private static List<string> UnknownNames(SipMessage message) =>
        [.. Enumerable.Range(0, message.HeaderCount)
            .Where(i => message.NameAt(i) == HeaderName.Unknown)
            .Select(i => Text(message.RawNameAt(i)))];
}
