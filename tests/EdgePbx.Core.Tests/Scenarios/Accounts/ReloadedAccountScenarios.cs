namespace EdgePbx.Core.Tests;

/// <summary>A new configuration: what was changed is in force at once, and what is gone leaves nothing behind.</summary>
public class ReloadedAccountScenarios
{
    [Fact]
    [Trait("Clause", "MUT-213")]
    public void A_secret_that_was_changed_is_good_no_more_and_the_new_one_is()
    {
        using var world = new PbxWorld();
        Phone phone = world.Phone("1001", 11);
        phone.Register();
        Reload(world, new ExtensionSettings("1001", "Reception", "changed-1"), PbxWorld.DefaultSettings.Extensions[1]);

        phone.AskToRegister();
        _ = phone.NextStatus(401);
        var dialog = phone.Invite("1002");
        dialog.SendAckToFailure(phone.NextStatus(401));
        Assert.Equal(2, world.Log.Count("credentials_refused"));

        phone.Secret = "changed-1";
        phone.Register();
    }

    [Fact]
    [Trait("Clause", "MUT-212")]
    public void An_extension_that_is_gone_has_no_bindings_any_more_anywhere()
    {
        using var world = new PbxWorld();
        (Phone caller, Phone callee) = world.TwoPhones();
        Reload(world, PbxWorld.DefaultSettings.Extensions[0]);

        Assert.Equal(["1001"], world.Engine.Snapshot(world.Now).Registrations.Select(one => one.Extension));
        Assert.Empty(world.Kept.Last(one => one.Extension == "1002").Bindings);
        caller.Invite("1002").SendAckToFailure(caller.NextStatus(404));
        callee.AskToRegister();
        _ = callee.NextStatus(401);

        Reload(world, [.. PbxWorld.DefaultSettings.Extensions]); // the number is given out again
        caller.Invite("1002").SendAckToFailure(caller.NextStatus(480));
        Assert.Equal(["1001"], world.Engine.Snapshot(world.Now).Registrations.Select(one => one.Extension));
    }

    [Fact]
    [Trait("Clause", "MUT-212")]
    public void After_a_restart_they_do_not_come_back_either()
    {
        IReadOnlyList<KeptBindings> kept;
        using (var before = new PbxWorld())
        {
            _ = before.TwoPhones();
            Reload(before, PbxWorld.DefaultSettings.Extensions[0]);
            kept = [.. before.Kept.GroupBy(one => one.Extension).Select(group => group.Last())];
        }
        using var world = new PbxWorld(kept: kept);
        Assert.Equal(["1001"], world.Engine.Snapshot(world.Now).Registrations.Select(one => one.Extension));
    }

    [Fact]
    [Trait("Clause", "SEC-19")]
    public void A_digest_that_is_not_allowed_any_more_is_not_taken_any_more()
    {
        using var world = new PbxWorld();
        Phone phone = world.Phone("1001", 11);
        phone.Ask("REGISTER", "sip:office.example", "one");
        WireMessage both = phone.NextStatus(401);
        Assert.Equal(2, both.All("WWW-Authenticate").Count());
        world.Reload(PbxWorld.DefaultSettings with { Digest = DigestRule.Sha256 });

        phone.Ask("REGISTER", "sip:office.example", "two", extra: $"Contact: <{phone.ContactUri}>\r\n{phone.Credentials(both, "REGISTER", "sip:office.example", "MD5")}");
        Assert.Equal(["SHA-256"], phone.NextStatus(401).All("WWW-Authenticate").Select(one => one.Split("algorithm=")[1]));
        Assert.Empty(world.Engine.Snapshot(world.Now).Registrations);
        phone.Register();
    }

    private static void Reload(PbxWorld world, params ExtensionSettings[] extensions) =>
        world.Reload(PbxWorld.DefaultSettings with { Extensions = extensions });
}
