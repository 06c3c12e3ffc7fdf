namespace EdgePbx.Core.Tests;

/// <summary>Who guesses at secrets gets slower and slower, and in the end no answer; everybody else notices nothing.</summary>
public class GuessingScenarios
{
    [Theory]
    [Trait("Clause", "SEC-05")]
    [Trait("Clause", "SEC-06")]
    [Trait("Clause", "AB-04")]
    [Trait("Clause", "AB-05")]
    [InlineData("REGISTER")]
    [InlineData("INVITE")]
    public void Two_thousand_guesses_are_ten_and_a_few_lines(string method)
    {
        using var world = new PbxWorld();
        Phone honest = world.Phone("1003", 13);
        honest.Register();
        var guesser = new Guesser(world.Phone("1001", 66), method);
        int judged = 0;
        for (int i = 0; i < 2000; i++)
        {
            judged += guesser.Try($"wrong-{i}") == 401 ? 1 : 0;
            world.Advance(0.01);
        }
        Assert.Equal(GuessLimits.BannedFrom, judged);
        Assert.Equal((GuessLimits.BannedFrom, 2000 - GuessLimits.BannedFrom), (world.Counters.CredentialsRefused, world.Counters.CredentialsWithheld));
        world.Advance(61);
        Assert.Equal(GuessLimits.FirstLines, world.Log.Count("credentials_refused"));
        Assert.InRange(world.Log.Count("credentials_refused_again"), 1, 2);
        Assert.Equal((1, 0), (world.Log.Count("source_banned"), world.Log.Count("register_rejected")));
        Assert.DoesNotContain(world.Log.Events, e => e.Text.Contains("wrong-", StringComparison.Ordinal));
        honest.Register();
        Assert.Equal(method == "REGISTER" ? GuessLimits.BannedFrom : 0, world.Counters.RegistersRejected);
    }

    [Fact]
    [Trait("Clause", "AB-03")]
    public void Guessing_at_a_number_locks_its_owner_out_nowhere_else()
    {
        using var world = new PbxWorld();
        Phone owner = world.Phone("1001", 11);
        owner.Register();
        _ = new Guesser(world.Phone("1001", 66)).TryMany(300);
        owner.Register();
        world.Phone("1001", 12).Register(); // a second one of the same number
        world.Phone("1002", 66, port: 5099).Register(); // and another account behind the guesser's NAT
    }

    [Fact]
    [Trait("Clause", "AB-02")]
    public void What_proves_nothing_does_not_count()
    {
        using var world = new PbxWorld();
        Phone phone = world.Phone("1001", 11);
        var guesser = new Guesser(phone);
        for (int i = 0; i < 25; i++)
        {
            Assert.Equal(401, guesser.Knock());
        }
        Assert.Equal(401, guesser.Try("wrong"));
        world.Advance(301);
        for (int i = 0; i < 25; i++)
        {
            Assert.Equal(401, guesser.Try($"wrong-{i}")); // the nonce is too old
            Assert.Contains("stale=true", guesser.LastAnswer!.Text, StringComparison.Ordinal);
        }
        Assert.Equal((1, 0), (world.Counters.CredentialsRefused, world.Counters.CredentialsWithheld));
        phone.Secret = "secret-1";
        phone.Register();
        for (int i = 0; i < 20; i++)
        {
            phone.Invite("4711").SendAckToFailure(phone.NextStatus(404)); // right credentials, wrong number
            world.Advance(1);
        }
        Assert.Equal(1, world.Counters.CredentialsRefused);
    }

    [Theory]
    [Trait("Clause", "SEC-16")]
    [Trait("Clause", "AB-01")]
    [InlineData("secret-1")]
    [InlineData("wrong")]
    public void A_nonce_that_went_elsewhere_tells_nothing_of_the_secret_and_moves_nothing(string secret)
    {
        using var world = new PbxWorld();
        Phone thief = world.Phone("1001", 31);
        thief.Ask("REGISTER", "sip:office.example", "one");
        WireMessage challenge = thief.NextStatus(401);
        Phone victim = world.Phone("1001", 32);
        victim.Secret = secret;
        victim.Ask("REGISTER", "sip:office.example", "two",
            extra: $"Contact: <{victim.ContactUri}>\r\n{victim.Credentials(challenge, "REGISTER", "sip:office.example")}");
        Assert.Contains("stale=true", victim.NextStatus(401).Text, StringComparison.Ordinal);
        Assert.Empty(world.Engine.Snapshot(world.Now).Registrations);
        Assert.Equal(0, world.Counters.CredentialsRefused);
    }

    [Fact]
    [Trait("Clause", "SEC-16")]
    public void A_phone_whose_port_changes_needs_no_second_challenge()
    {
        using var world = new PbxWorld();
        Phone before = world.Phone("1001", 31);
        before.Ask("REGISTER", "sip:office.example", "one");
        WireMessage challenge = before.NextStatus(401);
        Phone after = world.Phone("1001", 31, port: 5099);
        after.Send(after.Request("REGISTER", "sip:office.example", "one", $"<{after.Uri}>;tag=a", $"<{after.Uri}>", 2, after.NewBranch(),
            $"Contact: <{after.ContactUri}>\r\n{after.Credentials(challenge, "REGISTER", "sip:office.example")}", ""));
        _ = after.NextStatus(200);
    }

    [Fact]
    [Trait("Clause", "AB-10")]
    public void Known_and_unknown_numbers_look_the_same_at_every_step()
    {
        using var world = new PbxWorld();
        List<string> known = Play(world, "1001", 66);
        List<string> unknown = Play(world, "4711", 67);
        Assert.Equal(known, unknown);

        static List<string> Play(PbxWorld world, string number, byte host)
        {
            var guesser = new Guesser(world.Phone(number, host));
            List<string> answers = [];
            for (int i = 0; i < 60; i++)
            {
                int status = guesser.Try($"wrong-{i}");
                string headers = string.Join(' ', guesser.LastAnswer?.Text.Split("\r\n").Select(static line => line.Split(':')[0]) ?? []);
                answers.Add($"{status} {guesser.LastAnswer?.Text.Length} {headers}");
                world.Advance(0.7);
            }
            return answers;
        }
    }

    [Fact]
    [Trait("Clause", "AB-04")]
    public void Who_tries_many_numbers_is_not_heard_any_more_longer_each_time()
    {
        using var world = new PbxWorld();
        foreach (int minutes in new[] { 10, 20, 40 })
        {
            int judged = 0;
            for (int i = 0; i < 40; i++)
            {
                judged += new Guesser(world.Phone($"{2000 + i}", 66)).TryOnce() ? 1 : 0;
            }
            Assert.Equal(GuessLimits.SourceBannedFrom, judged);
            Assert.Equal(0, new Guesser(world.Phone("1001", 66)).Knock());
            Assert.Equal(0, new Guesser(world.Phone("1001", 66), "OPTIONS").Knock());
            world.Advance((minutes * 60) - 2);
            Assert.Equal(0, new Guesser(world.Phone("1001", 66)).Knock());
            world.Advance(4);
            Assert.Equal(200, new Guesser(world.Phone("1001", 66), "OPTIONS").Knock());
        }
        Assert.Equal((3, 3), (world.Log.Count("source_banned"), world.Log.Count("source_ban_ended")));
    }

    [Fact]
    [Trait("Clause", "AB-29")]
    [Trait("Clause", "AB-05")]
    public void A_source_that_is_banned_keeps_its_calls()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        ConnectedCall call = ConnectedCall.Begin(caller, callee);
        caller.Register(0);
        BanSource(world, 11);
        call.A.Send("UPDATE", "Supported: timer\r\nSession-Expires: 1800;refresher=uac\r\n");
        _ = call.Caller.NextStatus(200);
        Assert.Equal(0, new Guesser(world.Phone("1001", 11, port: 5099)).Knock());
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "AB-06")]
    public void Where_a_phone_is_registered_nobody_is_banned_and_the_phone_is_served_all_the_time()
    {
        using var world = new PbxWorld();
        Phone phone = world.Phone("1001", 11);
        phone.Register();
        var neighbour = new Guesser(world.Phone("1001", 11, port: 6001)); // at its own number, behind the same NAT
        int judged = 0;
        for (int i = 0; i < 1000; i++)
        {
            judged += neighbour.Try($"wrong-{i}") == 401 ? 1 : 0;
            world.Advance(0.1);
            if (i % 100 == 0)
            {
                phone.Register();
            }
        }
        Assert.InRange(judged, 40, 5 + (100 / GuessLimits.Delay.TotalSeconds));
        Assert.Equal(0, world.Log.Count("source_banned"));
        world.Phone("1002", 11, port: 6002).Register(); // another account of that office comes for the first time
    }

    [Fact]
    [Trait("Clause", "AB-06")]
    public void Where_a_phone_is_registered_many_numbers_are_judged_slowly_and_not_banned()
    {
        using var world = new PbxWorld();
        Phone phone = world.Phone("1001", 11);
        phone.Register();
        int judged = 0;
        for (int i = 0; i < 3000; i++)
        {
            judged += new Guesser(world.Phone($"{2000 + i}", 11, port: 6001)).TryOnce() ? 1 : 0;
            world.Advance(0.02);
        }
        Assert.InRange(judged, 100, 160); // 60 s at two a second, and the first ones
        Assert.Equal(0, world.Log.Count("source_banned"));
        phone.Register();
        world.Advance(601);
        world.Phone("1002", 11, port: 6002).Register();
    }

    [Theory]
    [Trait("Clause", "AB-06")]
    [Trait("Clause", "AB-30")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_phone_next_door_whose_secret_is_mistyped_is_served_as_soon_as_the_right_one_is_typed_in(bool byTheConfiguration)
    {
        using var world = new PbxWorld(PbxWorld.DefaultSettings with { NeverBan = byTheConfiguration ? [new NetworkRange(NetAddress.FromV4(192, 0, 2, 0), 24)] : null });
        world.Addresses.Neighbours = static _ => true;
        Phone phone = world.Phone("1001", 11);
        var mistyped = new Guesser(phone);
        for (int i = 0; i < 50; i++)
        {
            _ = mistyped.Knock();
            _ = mistyped.Try("mistyped"); // as phones do it, every half minute
            world.Advance(30);
        }
        Assert.Equal(0, world.Log.Count("source_banned"));
        phone.Secret = "secret-1";
        phone.Register();
        Assert.Empty(world.Engine.Snapshot(world.Now).Bans);
    }

    [Fact]
    [Trait("Clause", "AB-04")]
    public void Within_the_delay_a_copy_of_the_right_credentials_gets_through()
    {
        using var world = new PbxWorld();
        Phone phone = world.Phone("1001", 11);
        _ = new Guesser(phone).TryMany(GuessLimits.DelayedFrom);
        Assert.Equal("slowed", Assert.Single(world.Engine.Snapshot(world.Now).Bans).State);
        phone.Secret = "secret-1";
        phone.AskToRegister();
        Assert.Empty(phone.Inbox);
        foreach (double gap in new[] { 0.5, 1, 2 }) // RFC 3261 17.1.2.2
        {
            world.Advance(gap);
            world.RepeatLast();
        }
        _ = phone.NextStatus(200);
        Assert.Empty(world.Engine.Snapshot(world.Now).Bans);
    }

    [Fact]
    [Trait("Clause", "AB-08")]
    public void An_account_that_many_sources_guess_at_is_said_and_its_phones_are_not_touched()
    {
        using var world = new PbxWorld();
        Phone owner = world.Phone("1001", 11);
        owner.Register();
        for (byte host = 60; host < 100; host++)
        {
            _ = new Guesser(world.Phone("1001", host)).TryMany(2);
        }
        Assert.Equal(1, world.Log.Count("account_under_attack"));
        owner.Register();
        var next = new Guesser(world.Phone("1001", 120));
        Assert.Equal(401, next.Try("wrong"));
        world.Advance(GuessLimits.AttackDelay.TotalSeconds - 0.1);
        Assert.Equal(0, next.Try("wrong"));
        world.Advance(0.1);
        Assert.Equal(401, next.Try("wrong"));
        world.Phone("1001", 121).Register(); // the owner, elsewhere for the first time
    }

    [Fact]
    [Trait("Clause", "AB-03")]
    public void Of_IPv6_a_whole_64_is_one_source()
    {
        using var world = new PbxWorld();
        int judged = 0;
        for (int i = 1; i <= 50; i++)
        {
            Assert.True(NetAddress.TryParse($"2001:db8:0:1::{i:x}", out NetAddress address));
            judged += new Guesser(world.PhoneAt("1001", new NetEndpoint(address, 5060))).TryMany(1);
        }
        Assert.Equal(GuessLimits.DelayedFrom, judged); // no time passes, so from there on all came too soon
    }

    [Fact]
    [Trait("Clause", "AB-05")]
    public void On_a_stream_who_comes_too_soon_hears_when_and_who_is_banned_loses_it()
    {
        using var world = new PbxWorld();
        Phone phone = world.Phone("1001", 66, SipTransport.Tcp);
        var guesser = new Guesser(phone);
        _ = guesser.TryMany(GuessLimits.DelayedFrom);
        Assert.Equal(503, guesser.Try("wrong"));
        Assert.Equal("2", guesser.LastAnswer!["Retry-After"]);
        BanSource(world, 66);
        Assert.Empty(world.Closed);
        Assert.Equal(0, guesser.Knock());
        Assert.Equal(phone.Flow, Assert.Single(world.Closed));
    }

    [Fact]
    [Trait("Clause", "AB-06")]
    public void The_boxs_own_watchdog_is_heard_whoever_guesses_at_the_boxs_own_address()
    {
        using var world = new PbxWorld();
        BanSource(world, 1);
        Assert.Equal(0, new Guesser(world.Phone("1001", 1)).Knock());
        Assert.Equal(200, new Guesser(world.Phone("1001", 1), "OPTIONS").Knock());
    }

    [Fact]
    [Trait("Clause", "AB-07")]
    public void Bans_can_be_seen_and_lifted_of_one_or_of_all()
    {
        using var world = new PbxWorld();
        BanSource(world, 66);
        world.Advance(1);
        BanSource(world, 67);
        BanSnapshot[] bans = [.. world.Engine.Snapshot(world.Now).Bans];
        Assert.Equal(2, bans.Length);
        Assert.All(bans, ban => Assert.Equal(("", "banned"), (ban.Extension, ban.State)));
        Assert.Equal([("192.0.2.67", 600.0), ("192.0.2.66", 599.0)], bans.Select(ban => (ban.Source, ban.SecondsLeft)));
        world.Engine.ClearBans(world.Now, NetAddress.FromV4(192, 0, 2, 66));
        Assert.Equal("192.0.2.67", Assert.Single(world.Engine.Snapshot(world.Now).Bans).Source);
        Assert.Equal(401, new Guesser(world.Phone("1001", 66)).Knock());
        world.Engine.ClearBans(world.Now, default);
        Assert.Empty(world.Engine.Snapshot(world.Now).Bans);
        Assert.Equal(401, new Guesser(world.Phone("1001", 67)).Knock());
        Assert.Equal(2, world.Log.Count("bans_cleared"));
    }

    [Theory]
    [Trait("Clause", "AB-11")]
    [InlineData("friendly-scanner")]
    [InlineData("sipvicious/0.3")]
    [InlineData("sipcli/v1.8")]
    [InlineData("VaxSIPUserAgent/3.1")]
    [InlineData("pplsip")]
    public void Scanners_that_say_what_they_are_hear_nothing(string agent)
    {
        using var world = new PbxWorld();
        Phone phone = world.Phone("1001", 66);
        foreach (string method in new[] { "OPTIONS", "REGISTER", "INVITE", "MESSAGE" })
        {
            phone.Ask(method, "sip:1002@office.example", method, extra: $"User-Agent: {agent}\r\nContact: <{phone.ContactUri}>\r\n");
        }
        Assert.Empty(phone.Inbox);
    }

    [Fact]
    [Trait("Clause", "AB-09")]
    public void What_is_not_heard_costs_no_memory()
    {
        using var world = new PbxWorld();
        world.Log.IsClosed = true;
        Phone phone = world.Phone("1001", 66);
        var guesser = new Guesser(phone);
        _ = guesser.TryMany(2000);
        Assert.Equal(0, LeastOf(() => _ = guesser.TryMany(500)));
        BanSource(world, 67);
        Phone banned = world.Phone("1002", 67);
        _ = new Guesser(banned).Knock();
        Assert.Equal(0, LeastOf(() =>
        {
            for (int i = 0; i < 200; i++)
            {
                _ = new Guesser(banned).Knock();
            }
        }));
        world.Log.IsClosed = false;

        // the runtime itself allocates now and then on whatever thread: what each round costs is what the cheapest does
        long LeastOf(Action round) => Enumerable.Range(0, 8).Min(_ =>
        {
            long before = world.Garbage;
            round();
            return world.Garbage - before;
        });
    }

    private static void BanSource(PbxWorld world, byte host)
    {
        for (int i = 0; i < GuessLimits.SourceBannedFrom; i++)
        {
            _ = new Guesser(world.Phone($"{2000 + i}", host, port: 7000)).TryOnce();
        }
        Assert.Contains(world.Engine.Snapshot(world.Now).Bans, ban => ban.Extension.Length == 0 && ban.Source == $"192.0.2.{host}");
    }
}
