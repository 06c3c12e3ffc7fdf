using System.Text;

namespace EdgePbx.Core.Tests;

/// <summary>A refusal for want of room costs no memory: under a flood nothing would be left to collect it with.</summary>
public class RefusalAllocationTests
{
    [Theory]
    [InlineData("INVITE")]
    [InlineData("REGISTER")]
    public void A_refused_request_allocates_nothing(string method)
    {
        using var world = new PbxWorld();
        Phone phone = world.Phone("1001", 66);
        world.Engine.ReportBacklog(world.Now, AdmissionControl.LongestRegistrationBacklog);
        byte[] request = Encoding.UTF8.GetBytes(phone.Request(method, "sip:1002@office.example", "call", "<sip:1001@office.example>;tag=f",
            "<sip:1002@office.example>", 1, phone.NewBranch(), $"Contact: <{phone.ContactUri}>\r\n", ""));
        byte[] bytes = new byte[request.Length];
        Assert.Equal(0, Allocated.InEach(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                request.CopyTo(bytes, 0);
                world.Engine.Receive(world.Now, phone.Flow, bytes, bytes.Length);
                while (world.Engine.Outbox.TryTake(out Output output))
                {
                    output.Message!.Return();
                }
            }
        }));
        Assert.Equal(0, world.Gauges.ServerTransactions);
        Assert.InRange(world.Counters.RequestsRefusedOverload, 200, 700);
    }
}
