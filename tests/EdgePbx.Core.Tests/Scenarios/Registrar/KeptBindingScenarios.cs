namespace EdgePbx.Core.Tests;

/// <summary>Registrations and the medium that keeps them: when a phone hears 200, what is handed out, what is there after a restart.</summary>
public class KeptBindingScenarios
{
    [Fact]
    public void A_phone_hears_200_when_its_registration_is_on_the_medium_and_not_before()
    {
        using var world = new PbxWorld { MediumConfirmsAtOnce = false };
        Phone phone = world.Phone("1001", 11);
        phone.AskToRegister();
        world.Advance(0.5);
        world.RepeatLast();
        Assert.Empty(phone.Inbox);
        Assert.Equal(0, world.Log.Count("register_accepted"));

        world.ConfirmKept();
        Assert.Equal(200, phone.Next().Status);
        world.RepeatLast();
        Assert.Equal(200, phone.Next().Status);
        Assert.Equal(1, world.Log.Count("register_accepted"));
        Assert.Equal(("1001", phone.ContactUri), (world.Kept.Single().Extension, world.Kept[0].Bindings.Single().Contact));
    }

    /// <summary>A medium that was slow, or refused once, is not called slow for what it has long taken.</summary>
    [Theory]
    [Trait("Clause", "MUT-16")]
    [InlineData(null)]
    [InlineData("it is full")]
    public void Whoever_is_answered_waits_for_the_medium_no_more(string? problem)
    {
        using var world = new PbxWorld { MediumConfirmsAtOnce = false };
        Phone phone = world.Phone("1001", 11);
        phone.AskToRegister();
        world.Advance(2);
        world.ConfirmKept(problem);
        Assert.Equal(200, phone.Next().Status);
        int said = world.Log.Count("registrations_not_kept");
        world.Phone("1002", 12).AskToRegister(); // which a failing medium holds up no more
        long failed = world.Kept[^1].Number;
        world.Advance(2);
        world.ConfirmKept(upTo: failed);
        world.Advance(60);
        Assert.Equal(said, world.Log.Count("registrations_not_kept"));
        Assert.False(world.Engine.Snapshot(world.Now).RegistrationsUnkept);
    }

    /// <summary>It has failed once, and is well again with what it had then: nobody waits any more who could call it slow.</summary>
    [Fact]
    [Trait("Clause", "MUT-16")]
    public void A_medium_that_has_failed_is_well_when_it_has_what_it_was_given_until_then()
    {
        using var world = new PbxWorld { MediumConfirmsAtOnce = false };
        world.Phone("1001", 11).AskToRegister();
        long first = world.Kept[^1].Number;
        world.Advance(2);
        world.ConfirmKept("it is full");
        world.Phone("1002", 12).AskToRegister();
        Assert.NotEqual(first, world.Kept[^1].Number);
        world.Advance(2); // when the patience of the first would have been over
        world.Engine.BindingsKept(world.Now, first);
        Assert.False(world.Engine.Snapshot(world.Now).RegistrationsUnkept);
    }

    [Fact]
    public void A_phone_that_takes_its_registration_back_is_logged_as_unregistered()
    {
        using var world = new PbxWorld();
        Phone phone = world.Phone("1001", 11);
        phone.Register();
        phone.Register(expires: 0);
        Assert.Equal((1, 1), (world.Log.Count("register_accepted"), world.Log.Count("register_removed")));
    }

    [Fact]
    public void Twenty_phones_that_refresh_each_minute_for_a_day_write_nothing_after_their_first_registration()
    {
        PbxSettings office = PbxWorld.DefaultSettings with
        {
            Extensions = [.. Enumerable.Range(1001, 20).Select(number => new ExtensionSettings($"{number}", "Phone", "secret"))],
        };
        using var world = new PbxWorld(office);
        Phone[] phones = [.. office.Extensions.Select((extension, index) => world.Phone(extension.Number, (byte)(11 + index)))];
        for (int minute = 0; minute < 24 * 60; minute++)
        {
            Array.ForEach(phones, phone => phone.Register(expires: 120));
            world.Advance(60);
        }
        Assert.Equal(20 * 24 * 60, world.Log.Count("register_accepted"));
        Assert.Equal(20, world.Kept.Count);
    }

    [Fact]
    public void A_refresh_waits_for_the_change_before_it()
    {
        using var world = new PbxWorld { MediumConfirmsAtOnce = false };
        Phone phone = world.Phone("1001", 11);
        phone.AskToRegister();
        phone.AskToRegister();
        Assert.Empty(phone.Inbox);
        Assert.Single(world.Kept);

        world.ConfirmKept();
        Assert.Equal([200, 200], phone.Inbox.Select(message => message.Status));
    }

    [Fact]
    public void Each_change_waits_for_itself_and_for_no_later_one()
    {
        using var world = new PbxWorld { MediumConfirmsAtOnce = false };
        Phone first = world.Phone("1001", 11), second = world.Phone("1002", 12);
        first.AskToRegister();
        second.AskToRegister();
        world.ConfirmKept(upTo: world.Kept[0].Number);
        Assert.Equal(200, first.Next().Status);
        Assert.Empty(second.Inbox);

        world.ConfirmKept();
        Assert.Equal(200, second.Next().Status);
    }

    [Theory]
    [InlineData(3600, 60, 2)]   // much less than before
    [InlineData(3600, 1800, 1)] // at a restart it gets an hour: no harm
    [InlineData(60, 3600, 2)]   // it was promised more than the medium knows
    public void Another_interval_is_kept_when_the_former_one_would_be_wrong(int first, int second, int records)
    {
        using var world = new PbxWorld();
        Phone phone = world.Phone("1001", 11);
        phone.Register(first);
        phone.Register(second);
        Assert.Equal(records, world.Kept.Count);
    }

    [Fact]
    public void A_contact_that_takes_the_place_of_another_is_kept()
    {
        using var world = new PbxWorld();
        Phone phone = world.Phone("1001", 11);
        phone.ContactUri = "sip:1001@192.0.2.11:6001";
        phone.Register();
        phone.ContactUri = "sip:1001@192.0.2.11:6001>;expires=0, <sip:1001@192.0.2.11:6002"; // both in one request
        phone.Register();
        Assert.Equal("sip:1001@192.0.2.11:6002", world.Kept[^1].Bindings.Single().Contact);
    }

    [Fact]
    public void What_is_taken_back_or_runs_out_is_kept_as_gone()
    {
        using var world = new PbxWorld();
        Phone taken = world.Phone("1001", 11), silent = world.Phone("1002", 12);
        taken.Register();
        silent.Register(60);
        taken.Register(0);
        Assert.Equal(("1001", 0), (world.Kept[^1].Extension, world.Kept[^1].Bindings.Count));
        world.Advance(61);
        Assert.Equal(("1002", 0), (world.Kept[^1].Extension, world.Kept[^1].Bindings.Count));
        Assert.Equal(4, world.Kept.Count);
    }

    [Fact]
    public void A_medium_that_fails_stops_no_phone_and_is_reported_once()
    {
        using var world = new PbxWorld { MediumConfirmsAtOnce = false };
        Phone first = world.Phone("1001", 11), second = world.Phone("1002", 12), third = world.Phone("1003", 13);
        first.AskToRegister();
        world.ConfirmKept("No space left on device");
        Assert.Equal(200, first.Next().Status);
        Assert.True(world.Engine.Snapshot(world.Now).RegistrationsUnkept);

        second.AskToRegister();
        Assert.Equal(200, second.NextStatus(200).Status); // at once: it would only wait in vain
        world.ConfirmKept("No space left on device");
        Assert.Equal((1, 0), (world.Log.Count("registrations_not_kept"), world.Log.Count("registrations_kept_again")));

        third.AskToRegister();
        world.ConfirmKept();
        Assert.Equal((1, 1), (world.Log.Count("registrations_not_kept"), world.Log.Count("registrations_kept_again")));
        Assert.False(world.Engine.Snapshot(world.Now).RegistrationsUnkept);
        first.AskToRegister(60);
        Assert.DoesNotContain(first.Inbox, message => message.Status == 200);
        world.ConfirmKept();
    }

    [Fact]
    public void A_medium_that_hangs_holds_an_answer_back_for_three_seconds_and_then_none()
    {
        using var world = new PbxWorld { MediumConfirmsAtOnce = false };
        Phone first = world.Phone("1001", 11), second = world.Phone("1002", 12);
        first.AskToRegister();
        world.Advance(2);
        second.AskToRegister();
        world.Advance(0.9);
        Assert.Empty(first.Inbox);
        world.Advance(0.1);
        Assert.Equal((200, 200), (first.Next().Status, second.Next().Status));
        Assert.Equal(1, world.Log.Count("registrations_not_kept"));

        world.ConfirmKept(); // it hung for a while only
        Assert.Equal(1, world.Log.Count("registrations_kept_again"));
    }

    [Fact]
    public void After_a_restart_a_phone_can_be_called_at_once()
    {
        IReadOnlyList<KeptBindings> kept;
        using (var before = new PbxWorld())
        {
            before.Phone("1002", 12).Register(120);
            before.Advance(100);
            kept = [.. before.Kept];
        }
        using var world = new PbxWorld(kept: kept);
        Phone caller = world.Phone("1001", 11), callee = world.Phone("1002", 12);
        PhoneDialog a = caller.Invite("1002");
        PhoneDialog b = callee.Take();
        b.Accept();
        _ = callee.NextRequest("ACK");
        _ = a.Answered();
        a.Bye();
        _ = caller.NextStatus(200);
        callee.Reply(callee.NextRequest("BYE"), 200);
        Assert.Empty(world.Kept);

        // nobody knows how much was left, so it is given all of it, and no more
        world.Advance(118);
        Assert.Single(world.Engine.Snapshot(world.Now).Registrations);
        world.Advance(2);
        Assert.Empty(world.Engine.Snapshot(world.Now).Registrations);
        Assert.Equal(1, world.Log.Count("register_expired"));
    }

    [Fact]
    public void The_order_of_several_phones_survives()
    {
        Phone[] PhonesOf(PbxWorld world) => [world.Phone("1002", 12), world.Phone("1002", 13), world.Phone("1002", 14)];
        using var before = new PbxWorld();
        Array.ForEach(PhonesOf(before), phone => phone.Register());
        using var world = new PbxWorld(kept: [before.Kept[^1]]);
        string[] ContactsOf(PbxWorld one) => [.. one.Engine.Snapshot(one.Now).Registrations.Select(registration => registration.Contact)];
        Assert.Equal(ContactsOf(before), ContactsOf(world));
        PhonesOf(world)[0].Register();
        Assert.Equal(ContactsOf(before)[2], ContactsOf(world)[0]);
    }

    [Fact]
    public void A_tcp_phone_is_called_by_a_new_connection_to_its_contact()
    {
        using var before = new PbxWorld();
        Phone phone = before.Phone("1002", 12, SipTransport.Tcp, port: 50123);
        phone.ContactUri = "sip:1002@192.0.2.12:5060;transport=tcp";
        phone.Register();

        using var world = new PbxWorld(kept: before.Kept) { EndsWithNothingOwned = false };
        _ = world.Phone("1001", 11).Invite("1002");
        SipFlow flow = world.LastFlowTo(new NetEndpoint(NetAddress.FromV4(192, 0, 2, 12), 5060));
        Assert.Equal((SipTransport.Tcp, 0u), (flow.Transport, flow.Connection));
    }

    [Fact]
    public void A_tcp_phone_that_connects_anew_writes_nothing()
    {
        using var world = new PbxWorld();
        foreach (ushort port in (ushort[])[50123, 50456])
        {
            Phone phone = world.Phone("1002", 12, SipTransport.Tcp, port);
            phone.ContactUri = "sip:1002@192.0.2.12:5060;transport=tcp";
            phone.Register();
            world.CloseStream(phone);
        }
        Assert.Single(world.Kept);
    }

    [Fact]
    public void A_tcp_phone_behind_a_nat_is_not_kept_and_waits_for_nothing()
    {
        using var world = new PbxWorld { MediumConfirmsAtOnce = false };
        Phone phone = world.Phone("1002", 12, SipTransport.Tcp, port: 50123);
        phone.ContactUri = "sip:1002@10.0.0.7:5060;transport=tcp";
        phone.Register();
        Assert.Empty(world.Kept);
    }

    [Fact]
    public void Of_an_extension_that_is_gone_nothing_comes_back()
    {
        using var before = new PbxWorld();
        before.Phone("1003", 13).Register();
        PbxSettings smaller = PbxWorld.DefaultSettings with { Extensions = [PbxWorld.DefaultSettings.Extensions[0]] };
        using var world = new PbxWorld(smaller, kept: before.Kept);
        Assert.Empty(world.Engine.Snapshot(world.Now).Registrations);
        Assert.Equal(("1003", 0), (world.Kept.Single().Extension, world.Kept[0].Bindings.Count));
    }

    [Fact]
    public void What_no_phone_could_have_registered_is_not_restored()
    {
        using var before = new PbxWorld();
        before.Phone("1002", 12).Register();
        Binding good = before.Kept[0].Bindings[0];
        Binding With(string contact, TimeSpan granted) => new()
        {
            Contact = contact, Flow = good.Flow, ExpiresAt = default, Granted = granted, CallId = "x", CSeq = 1,
        };
        using var world = new PbxWorld(kept: [new KeptBindings(7, "1002",
        [
            With("sips:1002@192.0.2.12", TimeSpan.FromHours(1)), With("no uri", TimeSpan.FromHours(1)), With("sip:a@192.0.2.12", TimeSpan.Zero),
            With("sip:b@192.0.2.12", TimeSpan.FromDays(1000)),
        ])]);
        RegistrationSnapshot only = Assert.Single(world.Engine.Snapshot(world.Now).Registrations);
        Assert.Equal(("sip:b@192.0.2.12", 3600.0), (only.Contact, only.SecondsToExpiry));
    }

    [Fact]
    public void A_shutdown_waits_for_the_answers_that_are_held_back()
    {
        using var world = new PbxWorld { MediumConfirmsAtOnce = false };
        Phone phone = world.Phone("1001", 11);
        phone.AskToRegister();
        world.Shutdown();
        Assert.False(world.Engine.IsQuiet);
        world.ConfirmKept();
        Assert.True(world.Engine.IsQuiet);
        Assert.Equal(200, phone.Next().Status);
    }
}
