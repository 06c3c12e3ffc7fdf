namespace EdgePbx.Core.Tests;

/// <summary>Strangers may send what they like: whoever is registered or in a call is served, and whoever comes back after a power cut.</summary>
[Trait("Clause", "SEC-18")]
public class FloodScenarios
{
    [Fact]
    public void A_source_is_known_as_long_as_it_has_a_registration_or_a_dialog()
    {
        using var world = new PbxWorld();
        Phone phone = world.Phone("1001", 11);
        Assert.Equal(SourceStanding.Stranger, world.Engine.Weigh(world.Now, phone.At));
        phone.Register();
        Assert.Equal(SourceStanding.Known, world.Engine.Weigh(world.Now, phone.At));
        world.Advance(7200); // it runs out
        Assert.Equal(SourceStanding.Stranger, world.Engine.Weigh(world.Now, phone.At));
    }

    [Fact]
    public void Whoever_is_in_a_call_is_known_without_a_registration_until_it_is_over()
    {
        using var world = new PbxWorld();
        Phone callee = world.Phone("1002", 12);
        callee.Register();
        Phone caller = world.Phone("1001", 11);
        ConnectedCall call = ConnectedCall.Begin(caller, callee);
        Assert.Equal(SourceStanding.Known, world.Engine.Weigh(world.Now, caller.At));
        call.HangUp();
        world.Advance(70);
        Assert.Equal(SourceStanding.Stranger, world.Engine.Weigh(world.Now, caller.At));
    }

    [Theory]
    [InlineData(250, 1, 15.0)]
    [InlineData(250, 1, 0.0)]
    [InlineData(1000, 1000, 15.0)]
    [InlineData(1000, 1000, 0.0)]
    public void An_office_that_comes_back_after_a_power_cut_is_served_at_once(int phones, int addresses, double seconds)
    {
        PbxSettings settings = PbxWorld.DefaultSettings with
        {
            Extensions = [.. Enumerable.Range(0, phones).Select(i => new ExtensionSettings($"{1000 + i}", "", $"secret-of-{i}"))],
        };
        using var world = new PbxWorld(settings);
        for (int i = 0; i < phones; i++)
        {
            NetAddress address = addresses == 1 ? NetAddress.FromV4(203, 0, 113, 7) : NetAddress.FromV4(10, 1, (byte)(i / 250), (byte)(1 + (i % 250)));
            Phone phone = world.PhoneAt($"{1000 + i}", new NetEndpoint(address, (ushort)(5060 + i)));
            Assert.NotEqual(SourceStanding.Refused, world.Engine.Weigh(world.Now, new NetEndpoint(address, 5060)));
            Assert.NotEqual(SourceStanding.Refused, world.Engine.Weigh(world.Now, new NetEndpoint(address, 5060)));
            phone.Register();
            if (seconds > 0)
            {
                world.Advance(seconds / phones);
            }
        }
        Assert.Equal(phones, world.Counters.RegistersAccepted);
        Assert.Equal((0, 0, 0), (world.Counters.DatagramsDroppedStrangers, world.Counters.AnswersWithheld, world.Counters.RequestsRefusedOverload));
        Assert.Equal(0, world.Log.Count("flood_began"));
    }

    [Fact]
    public void While_strangers_flood_a_loop_that_is_behind_refuses_no_known_phone()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        for (int i = 0; i < 100_000; i++)
        {
            _ = world.Engine.Weigh(world.Now, new NetEndpoint(NetAddress.FromV4(198, 18, (byte)(i >> 8), (byte)i), 5060));
        }
        world.Engine.ReportBacklog(world.Now, AdmissionControl.LongestBacklog);
        ConnectedCall.Begin(caller, callee).HangUp();
        Phone stranger = world.Phone("1003", 66);
        stranger.Send(stranger.Request("INVITE", "sip:1002@office.example", "x1", "<sip:1003@office.example>;tag=f", "<sip:1002@office.example>", 1, stranger.NewBranch(), "", ""));
        _ = stranger.NextStatus(503);
        Assert.Equal(1, world.Counters.RequestsRefusedOverload);
    }

    [Fact]
    public void The_boxs_own_watchdog_is_heard_and_answered_whatever_is_sent_from_its_address()
    {
        using var world = new PbxWorld();
        Phone probe = world.Phone("1001", 1, port: 40_000);
        world.Engine.Expect(probe.At);
        Phone local = world.Phone("1001", 1);
        for (int i = 0; i < 100_000; i++)
        {
            if (world.Engine.Weigh(world.Now, local.At) != SourceStanding.Refused)
            {
                _ = local.Ask("OPTIONS", "sip:office.example", $"f-{i}");
            }
        }
        Assert.Equal(SourceStanding.Refused, world.Engine.Weigh(world.Now, local.At));
        Assert.Equal(SourceStanding.Known, world.Engine.Weigh(world.Now, probe.At));
        _ = probe.Ask("OPTIONS", "sip:office.example", "w-1");
        _ = probe.NextStatus(200);
    }

    [Fact]
    public void A_known_address_may_send_what_the_loop_can_take_and_its_share_when_that_is_behind()
    {
        using var world = new PbxWorld();
        (Phone caller, _) = world.TwoPhones();
        int heard = 0;
        Assert.All(Enumerable.Range(0, 50_000), _ => Assert.NotEqual(SourceStanding.Refused, world.Engine.Weigh(world.Now, caller.At)));
        for (int i = 0; i < 200_000; i++) // 20,000 a second
        {
            world.Advance(0.00005);
            world.Engine.ReportBacklog(world.Now, TimeSpan.FromMilliseconds(40));
            heard += world.Engine.Weigh(world.Now, caller.At) == SourceStanding.Refused ? 0 : 1;
        }
        Assert.InRange(heard, 15_000, 30_000); // its share, and no more
    }
}
