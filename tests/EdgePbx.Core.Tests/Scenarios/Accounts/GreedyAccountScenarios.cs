using System.Globalization;
using System.Text;

namespace EdgePbx.Core.Tests;

/// <summary>One account wants all that there is: it gets half, and everybody else what he needs.</summary>
public class GreedyAccountScenarios
{
    private static readonly PbxSettings SmallBox = PbxWorld.DefaultSettings with { Memory = MemoryBudget.Of(MemoryBudget.Least), MaxCalls = 20, MediaPaths = 500 };

    [Fact]
    [Trait("Clause", "SEC-04")]
    public void A_hundred_ringing_calls_leave_room_for_others()
    {
        using var world = new PbxWorld(SmallBox);
        (Phone greedy, Phone callee) = world.TwoPhones();
        Phone honest = world.Phone("1003", 13);
        honest.Register();
        callee.Answers = _ => false;
        List<PhoneDialog> calls = [];
        for (int i = 0; i < 100; i++)
        {
            calls.Add(greedy.Invite("1002"));
        }
        Assert.Equal(10, world.Gauges.Calls);
        WireMessage refusal = greedy.NextStatus(503);
        Assert.Contains("share", refusal["Warning"], StringComparison.Ordinal);
        Assert.True(refusal.Has("Retry-After"));
        Assert.Equal(1, world.Log.Count("account_limited"));
        callee.Inbox.Clear();
        for (int i = 0; i < 3; i++)
        {
            ConnectedCall.Begin(honest, callee).HangUp();
        }
        EndAll(world);
        greedy.Inbox.Clear();
        callee.Inbox.Clear();
        ConnectedCall.Begin(greedy, callee).HangUp(); // what it took it has given back
        world.Advance(61);
        Assert.Equal((1, 1), (world.Log.Count("account_limited"), world.Log.Count("account_limited_again")));
    }

    [Fact]
    [Trait("Clause", "SEC-04")]
    public void Two_that_want_all_leave_a_third()
    {
        using var world = new PbxWorld(SmallBox);
        (Phone first, Phone callee) = world.TwoPhones();
        Phone second = world.Phone("1003", 13);
        for (int i = 0; i < 60; i++)
        {
            _ = (i % 2 == 0 ? first : second).Invite("1002");
        }
        Assert.InRange(world.Gauges.Calls, 12, 14);
        ConnectedCall.Begin(callee, Registered(world, first)).HangUp();
        EndAll(world);
    }

    [Theory]
    [Trait("Clause", "SEC-04")]
    [InlineData(null, 5, 5)]
    [InlineData(3, 5, 3)]
    [InlineData(7, null, 7)]
    public void An_extension_makes_as_many_calls_at_once_as_it_may(int? own, int? ofAll, int calls)
    {
        PbxSettings settings = SmallBox with { CallsPerExtension = ofAll };
        using var world = new PbxWorld(settings with { Extensions = [.. settings.Extensions.Select(one => one with { MaxCalls = own })] });
        (Phone caller, Phone callee) = world.TwoPhones();
        for (int i = 0; i < 12; i++)
        {
            _ = caller.Invite("1002");
        }
        Assert.Equal(calls, world.Gauges.Calls);
        callee.Inbox.Clear();
        EndAll(world);
    }

    [Fact]
    [Trait("Clause", "SEC-04")]
    public void Sixteen_lines_to_ten_phones_six_times_leave_ports_for_others()
    {
        using var world = new PbxWorld(PbxWorld.DefaultSettings);
        Phone honest = world.Phone("1003", 13);
        honest.Register();
        for (byte host = 100; host < 110; host++)
        {
            world.Phone("1002", host).Register();
        }
        Phone greedy = world.Phone("1001", 11);
        greedy.Register();
        string sdp = $"v=0\r\no=- 77 1 IN IP4 {greedy.At.Address}\r\ns=-\r\nc=IN IP4 {greedy.At.Address}\r\nt=0 0\r\n"
            + string.Concat(Enumerable.Range(0, 16).Select(i => $"m=audio {40000 + (2 * i)} RTP/AVP 0\r\n"));
        for (int i = 0; i < 6; i++)
        {
            _ = greedy.Invite("1002", sdp);
        }
        Assert.InRange(world.Gauges.RelayPaths, 176, 250);
        for (int i = 0; i < 40; i++)
        {
            PhoneDialog own = honest.Invite("1001");
            greedy.Take().Accept();
            _ = greedy.NextRequest("ACK");
            _ = own.Answered();
        }
        Assert.Equal(0, world.Counters.CallsRefusedNoPorts);
        EndAll(world);
        Assert.Equal(0, world.Engine.Context.Accounts.Of("1001").Paths);
    }

    [Fact]
    [Trait("Clause", "SEC-04")]
    public void Ports_that_a_call_takes_later_are_of_the_same_share()
    {
        using var world = new PbxWorld(PbxWorld.DefaultSettings with { MediaPaths = 8 });
        ConnectedCall call = ConnectedCall.Begin(world);
        string sdp = call.Caller.Sdp(version: 2) + string.Concat(Enumerable.Range(0, 8).Select(i => $"m=audio {41000 + (2 * i)} RTP/AVP 0\r\n"));
        call.A.Sdp = sdp;
        call.A.CSeq++;
        call.A.SendInvite("");
        call.A.SendAckToFailure(call.Caller.NextStatus(500));
        Assert.Equal(0, world.Log.Count("overload_began")); // it is nobody else's trouble
        Phone other = world.Phone("1003", 13);
        other.Register();
        ConnectedCall.Begin(other, call.Callee).HangUp();
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "SEC-04")]
    public void Refused_calls_that_are_never_acknowledged_leave_room_for_the_requests_of_others()
    {
        using var world = new PbxWorld(SmallBox);
        (Phone honest, Phone callee) = world.TwoPhones();
        Phone greedy = world.Phone("1003", 13);
        greedy.Register(); // strangers have limits of their own
        for (int second = 0; second < 10; second++)
        {
            for (int i = 0; i < 400; i++)
            {
                _ = greedy.Invite("4711");
                greedy.Inbox.Clear();
            }
            world.Advance(1);
            ConnectedCall.Begin(honest, callee).HangUp();
        }
        Assert.Equal(0, world.Counters.RequestsRefusedOverload);
        Assert.InRange(world.Engine.Context.Accounts.Of("1003").Requests, 300, SmallBox.Memory.CallTransactions / 2);
        world.Advance(70);
        Assert.InRange(world.Log.Count("call_refused"), 1, AccountTable.UnansweredAtOnce + 10);
        Assert.InRange(world.Log.Count("calls_refused_again"), 1, 2);
        Assert.Equal(0, world.Engine.Context.Accounts.Of("1003").Requests);
    }

    [Fact]
    [Trait("Clause", "SEC-04")]
    public void Three_hundred_registrations_a_second_leave_room_for_those_of_others()
    {
        using var world = new PbxWorld(SmallBox);
        Phone honest = world.Phone("1002", 12);
        Phone greedy = world.Phone("1003", 13);
        for (int second = 0; second < 10; second++)
        {
            for (int i = 0; i < 300; i++)
            {
                greedy.AskToRegister();
                greedy.Inbox.Clear();
            }
            world.Advance(1);
            honest.Register();
        }
        Assert.Equal(0, world.Counters.RequestsRefusedOverload);
        Assert.InRange(world.Engine.Context.Accounts.Of("1003").Registrations, 200, SmallBox.Memory.RegisterTransactions / 2);
    }

    [Theory]
    [Trait("Clause", "SEC-04")]
    [InlineData("OPTIONS")]
    [InlineData("INFO")]
    [InlineData("UPDATE")]
    public void A_flood_within_a_dialog_is_bounded_and_its_bye_is_answered(string method)
    {
        using var world = new PbxWorld(SmallBox);
        ConnectedCall call = ConnectedCall.Begin(world);
        Phone caller = world.Phone("1003", 13);
        caller.Register();
        ConnectedCall other = ConnectedCall.Begin(caller, call.Callee);
        call.Callee.Answers = message =>
        {
            bool isCarriedOn = !message.IsResponse && message.Method == "INFO";
            if (isCarriedOn)
            {
                call.Callee.Reply(message, 200);
            }
            return isCarriedOn;
        };
        int refused = 0;
        for (int i = 0; i < 3000; i++)
        {
            call.Caller.Inbox.Clear();
            call.A.Send(method);
            refused += call.Caller.Inbox.TryPeek(out WireMessage? answer) && answer.Status == 503 && answer.Has("Retry-After") ? 1 : 0;
        }
        Assert.InRange(refused, 3000 - AccountTable.DialogRequests, 3000 - AccountTable.DialogRequests + 10);
        other.A.Send("UPDATE", "Supported: timer\r\nSession-Expires: 1800;refresher=uac\r\n");
        _ = caller.NextStatus(200);
        world.Advance(33);
        call.Caller.Inbox.Clear();
        call.A.Send("OPTIONS"); // they are forgotten
        _ = call.Caller.NextStatus(200);
        other.HangUp();
        call.HangUp();
    }

    [Fact]
    [Trait("Clause", "SEC-13")]
    public void Registrations_that_are_news_are_kept_once_a_second_and_those_of_others_at_once()
    {
        using var world = new PbxWorld(PbxWorld.DefaultSettings);
        Phone greedy = world.Phone("1001", 11);
        greedy.UserAgent = "Faulty/1"; // each contact drives out the oldest
        Phone honest = world.Phone("1002", 12);
        int before = world.Kept.Count;
        int refused = 0;
        for (int i = 0; i < 400; i++)
        {
            greedy.ContactUri = $"sip:1001@192.0.2.11:{6000 + i}";
            greedy.AskToRegister();
            WireMessage answer = greedy.Next();
            refused += answer.Status == 503 && answer["Retry-After"] == "1" ? 1 : 0;
            world.Advance(0.025);
        }
        Assert.InRange(world.Kept.Count - before, 10, AccountTable.ChangesAtOnce + 11);
        Assert.Equal(400, refused + world.Kept.Count - before);
        honest.Register();
        greedy.AskToRegister(); // a refresh of what there is costs nothing
        world.Advance(1.1);
        greedy.Register();
        world.Advance(61);
        Assert.Equal((1, 0), (world.Log.Count("account_limited"), world.Log.Count("register_rejected")));
    }

    [Fact]
    [Trait("Clause", "SEC-13")]
    public void Ten_phones_of_a_number_that_come_back_together_are_all_kept_and_one_that_refreshes_is_never_refused()
    {
        using var world = new PbxWorld(PbxWorld.DefaultSettings);
        Phone[] phones = [.. Enumerable.Range(20, 10).Select(host => world.Phone("1001", (byte)host))];
        Array.ForEach(phones, phone => phone.Register());
        Array.ForEach(phones, phone => phone.Register(0));
        world.Advance(10);
        for (int i = 0; i < 100; i++)
        {
            phones[0].Register(i % 2 == 0 ? 3600 : 1800);
        }
    }

    [Fact]
    [Trait("Clause", "SEC-13")]
    public void Two_thousand_calls_that_nobody_takes_are_a_few_records()
    {
        using var world = new PbxWorld(PbxWorld.DefaultSettings);
        (Phone caller, Phone callee) = world.TwoPhones();
        Phone other = world.Phone("1003", 13);
        callee.Answers = message =>
        {
            if (message.Method == "INVITE" && !message.IsResponse)
            {
                callee.Reply(message, 486, "busy");
            }
            return true;
        };
        for (int i = 0; i < 600; i++)
        {
            caller.Invite("1002").SendAckToFailure(caller.NextStatus(486));
            world.Advance(0.05);
        }
        other.Invite("1002").SendAckToFailure(other.NextStatus(486));
        Assert.Equal(1, world.Records.Count(record => record.Caller.Number == "1003"));
        world.Advance(61);
        Assert.InRange(world.Records.Count, 40, AccountTable.UnansweredAtOnce + 40);
        Assert.Equal(601, world.Records.Sum(record => record.Times));
        Assert.InRange(world.Records.Count(record => record.Times > 1), 1, 2);
        Assert.All(world.Records.Where(record => record.Times > 1), record => Assert.Equal(("1001", "rejected"), (record.Caller.Number, record.EndCode)));
    }

    [Fact]
    [Trait("Clause", "SEC-06")]
    public void Copies_of_invites_are_told_three_times_and_then_counted()
    {
        using var world = new PbxWorld(PbxWorld.DefaultSettings);
        (Phone caller, Phone callee) = world.TwoPhones();
        PhoneDialog dialog = caller.Invite("1002");
        for (int i = 0; i < 500; i++)
        {
            world.RepeatLast();
        }
        Assert.Equal(500, world.Counters.InviteRetransmissionsAbsorbed);
        Assert.Equal(3, world.Log.Count("invite_retransmission_absorbed"));
        world.Advance(61);
        Assert.Equal("497 more copies of INVITEs were absorbed in the last minute", world.Log.Events.Single(e => e.Name == "invite_retransmissions_absorbed").Text);
        EndAll(world);
    }

    [Fact]
    [Trait("Clause", "SEC-04")]
    public void What_a_second_phone_of_the_box_is_told_is_in_plain_words()
    {
        using var world = new PbxWorld(PbxWorld.DefaultSettings with { CallsPerExtension = 1 });
        (Phone caller, _) = world.TwoPhones();
        _ = caller.Invite("1002");
        _ = caller.Invite("1002");
        Assert.Equal(
            "extension 1001 asks for more than its share and is refused, others are served: calls at once",
            world.Log.Events.Single(e => e.Name == "account_limited").Text);
        Assert.Equal(1, world.Counters.RequestsRefusedShare);
        EndAll(world);
    }

    private static Phone Registered(PbxWorld world, Phone phone)
    {
        phone.Inbox.Clear();
        phone.Register();
        return phone;
    }

    // the phones are gone: whatever is up ends by its own timers
    private static void EndAll(PbxWorld world)
    {
        world.NamesAreReused = true; // what phones that don't answer leave open is not looked at
        foreach (Call call in world.Engine.Context.Calls.Live.ToArray())
        {
            call.End(world.Now, EndReason.Expires);
        }
        world.Advance(70);
    }
}
