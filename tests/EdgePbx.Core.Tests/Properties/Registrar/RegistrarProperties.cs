using CsCheck;

namespace EdgePbx.Core.Tests;

public class RegistrarProperties
{
    private static readonly Gen<string> Contact =
        from host in Gen.Int[1, 22]
        from rest in Gen.OneOf(
            "", ";expires=0", ";expires=60", ";expires=90", ";expires=30", ";q=0.3",
            ";+sip.instance=\"<i>\"", ";reg-id=1;+sip.instance=\"<i>\"")
        select $"<sip:1001@10.0.0.{host}>{rest}";

    private static readonly Gen<string> Headers = Gen.OneOf(
        Contact.Array[0, 21].Select(contacts => contacts.Length == 0 ? "" : $"Contact: {string.Join(", ", contacts)}\n"),
        Gen.Const("Contact: *\nExpires: 0\n"),
        Gen.Const("Contact: *\n"));

    private static readonly Gen<Step> Steps =
        from headers in Headers
        from agent in Gen.OneOf("", "User-Agent: Desk\n", "User-Agent: Soft\n")
        from callId in Gen.OneOf("a", "b", "c")
        from later in Gen.Frequency((5, Gen.Const(1u)), (1, Gen.Const(0u)))
        from wait in Gen.Frequency((3, Gen.Const(0)), (1, Gen.Int[1, 100]), (1, Gen.Const(4000)))
        from connection in Gen.UInt[0, 3]
        from closes in Gen.Frequency((8, Gen.Const(0u)), (1, Gen.UInt[1, 3]))
        select new Step(headers + agent, callId, later, wait, connection, closes);

    [Fact]
    [Trait("Clause", "C-18")]
    public void Any_history_of_requests_keeps_the_bindings_in_order() => Steps.List[0, 40].Sample(history =>
    {
        var desk = new RegistrarDesk();
        uint cseq = 10;
        foreach (Step step in history)
        {
            cseq += step.Later;
            Play(desk, step, cseq);
        }
        EndsEmpty(desk);
    });

    private static void Play(RegistrarDesk desk, in Step step, uint cseq)
    {
        string[] before = desk.Contacts;
        RegisterResult result = desk.Register(
            step.Headers, cseq, step.CallId, source: step.Connection == 0 ? RegistrarDesk.Udp() : RegistrarDesk.Tcp(step.Connection));
        Assert.Equal(desk.Location.Count, result.Bindings);
        if (!result.Changed)
        {
            Assert.Equal(before, desk.Contacts);
        }
        IsSound(desk);
        desk.Location.FlowClosed(RegistrarDesk.Tcp(step.Closes));
        IsSound(desk);
        desk.Advance(step.Wait);
        IsSound(desk);
    }

    private static void IsSound(RegistrarDesk desk)
    {
        IReadOnlyList<Binding> found = desk.Location.Find("1001", desk.Now);
        Assert.InRange(found.Count, 0, SipLimits.BindingsPerAddress);
        Assert.All(found, binding => Assert.True(binding.IsLiveAt(desk.Now)));
        Assert.Equal(found.Count, desk.Location.Count);
        Assert.Equal(found.Count, found.Select(binding => binding.Contact).Distinct().Count());
        Assert.Equal(found.OrderByDescending(binding => binding.Q).ThenByDescending(binding => binding.Order), found);
        Assert.Equal(found.Count == 0 ? 0 : 1, desk.Timers.Armed);
        Assert.True(found.Count == 0 || desk.Timers.NextDue <= found.Min(binding => binding.ExpiresAt));
    }

    private static void EndsEmpty(RegistrarDesk desk)
    {
        Assert.Equal(200, desk.Register("Contact: *\nExpires: 0\n", cseq: 99).Status);
        Assert.Equal((0, 0), (desk.Location.Count, desk.Timers.Armed));
    }

    private readonly record struct Step(string Headers, string CallId, uint Later, int Wait, uint Connection, uint Closes);
}
