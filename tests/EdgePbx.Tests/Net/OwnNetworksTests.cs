using EdgePbx.Core;

namespace EdgePbx.Tests;

public class OwnNetworksTests
{
    [Fact]
    [Trait("Clause", "AB-06")]
    public void What_has_no_router_on_the_way_is_next_door_and_loopback_is_not()
    {
        using var root = new TemporaryFolder();
        _ = Directory.CreateDirectory(root.File("proc/net"));
        string gateway = BitConverter.IsLittleEndian ? "010200C0" : "C0000201";
        string network = BitConverter.IsLittleEndian ? "000200C0" : "C0000200";
        string mask = BitConverter.IsLittleEndian ? "00FFFFFF" : "FFFFFF00";
        File.WriteAllText(root.File("proc/net/route"),
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
            + $"eth0\t00000000\t{gateway}\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
            + $"eth0\t{network}\t00000000\t0001\t0\t0\t100\t{mask}\t0\t0\t0\n"
            + $"ppp0\t00000000\t00000000\t0001\t0\t0\t100\t00000000\t0\t0\t0\nnonsense\n");
        File.WriteAllText(root.File("proc/net/if_inet6"),
            "00000000000000000000000000000001 01 80 10 80       lo\n20010db8000000010000000000000007 02 40 00 00     eth0\nnonsense\n");

        Assert.Equal(
            ["192.0.2.0/24", "2001:db8:0:1::7/64"],
            OwnNetworks.Read(root.Path).Select(static network => network.ToString()));
        Assert.Contains(OwnNetworks.Read(root.Path), network => NetAddress.TryParse("2001:db8:0:1::99", out NetAddress other) && network.Contains(other));
    }

    [Fact]
    public void Where_the_kernel_says_nothing_nobody_is_next_door() => Assert.Empty(OwnNetworks.Read("/absent"));

    [Fact]
    public void Loopback_of_this_machine_is_not_next_door() =>
        Assert.DoesNotContain(OwnNetworks.Read(), static network => network.Contains(NetAddress.LoopbackV4));
}
