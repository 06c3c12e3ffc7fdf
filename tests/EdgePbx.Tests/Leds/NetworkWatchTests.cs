using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>What the network lamp is made of, read from a folder that plays the kernel's.</summary>
public sealed class NetworkWatchTests : IDisposable
{
    private const string FibTrie = """
        Main:
          +-- 0.0.0.0/0 3 0 5
             +-- 127.0.0.0/8 2 0 2
                   |-- 127.0.0.1
                      /32 host LOCAL
             +-- 192.0.2.0/24 2 0 1
                |-- 192.0.2.0
                   /24 link UNICAST
                |-- ADDRESS
                   /32 host LOCAL
                |-- 192.0.2.255
                   /32 link BROADCAST

        """;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_cable_an_address_and_a_clock_are_all_that_is_wanted()
    {
        Card("lo", "1", isReal: false);
        Card("eth0", "1");
        Address("192.0.2.10");
        Assert.Equal(LedTroubles.None, Look());
        Assert.Equal(LedTroubles.TimeNotSet, Look(isClockSet: false));
    }

    [Fact]
    public void The_first_address_that_phones_can_reach_is_told()
    {
        Card("eth0", "1");
        Assert.Equal("", AddressSeen());
        Write("proc/net/if_inet6", "00000000000000000000000000000001 01 80 10 80       lo\nfe800000000000000000000000000001 02 40 20 80     eth0\n"
            + "20010db8000000000000000000000001 02 40 00 80     eth0\n");
        Assert.Equal("2001:db8::1", AddressSeen());
        Address("192.0.2.10");
        Assert.Equal("192.0.2.10", AddressSeen());

        string AddressSeen()
        {
            _ = new NetworkWatch(_folder.Path, () => true).Look(out string address);
            return address;
        }
    }

    [Fact]
    public void Where_the_kernel_does_not_say_systemd_may()
    {
        Card("eth0", "1");
        Address("192.0.2.10");
        Assert.Equal(LedTroubles.None, Look(isClockSet: null));
        _ = Directory.CreateDirectory(_folder.File("run/systemd/timesync"));
        Assert.Equal(LedTroubles.TimeNotSet, Look(isClockSet: null));
        Write("run/systemd/timesync/synchronized", "");
        Assert.Equal(LedTroubles.None, Look(isClockSet: null));
    }

    [Fact]
    public void A_machine_with_nothing_has_every_trouble() =>
        Assert.Equal(LedTroubles.NoLink | LedTroubles.NoAddress | LedTroubles.TimeNotSet, Look(isClockSet: false));

    [Theory]
    [InlineData("0", LedTroubles.NoLink)]
    [InlineData(null, LedTroubles.NoLink)]
    [InlineData("1", LedTroubles.None)]
    public void A_card_without_a_cable_has_no_link(string? carrier, LedTroubles troubles)
    {
        Card("eth0", carrier);
        Card("docker0", "1", isReal: false);
        Address("192.0.2.10");
        Assert.Equal(troubles, Look());
    }

    [Fact]
    public void One_link_of_several_is_enough()
    {
        Card("eth0", "0");
        Card("wlan0", "1");
        Address("192.0.2.10");
        Assert.Equal(LedTroubles.None, Look());
    }

    [Fact]
    public void In_a_container_any_card_counts_but_not_the_loopback()
    {
        Card("lo", "1", isReal: false);
        Address("192.0.2.10");
        Assert.Equal(LedTroubles.NoLink, Look());
        Card("eth0", "1", isReal: false);
        Assert.Equal(LedTroubles.None, Look());
    }

    [Theory]
    [InlineData("127.0.0.2", LedTroubles.NoAddress)]
    [InlineData("169.254.7.8", LedTroubles.NoAddress)]
    [InlineData("10.0.0.1", LedTroubles.None)]
    public void An_address_is_one_that_somebody_gave(string address, LedTroubles troubles)
    {
        Card("eth0", "1");
        Address(address);
        Assert.Equal(troubles, Look());
    }

    [Theory]
    [InlineData("00000000000000000000000000000001 01 80 10 80       lo", LedTroubles.NoAddress)]
    [InlineData("fe800000000000005054000000123456 02 40 20 80     eth0", LedTroubles.NoAddress)]
    [InlineData("20010db8000000000000000000000007 02 40 00 80     eth0", LedTroubles.None)]
    public void An_ipv6_address_does_as_well(string line, LedTroubles troubles)
    {
        Card("eth0", "1");
        Write("proc/net/if_inet6", line + "\n");
        Assert.Equal(troubles, Look());
    }

    [Fact]
    public void The_machine_that_this_runs_on_can_be_looked_at() =>
        Assert.Equal(LedTroubles.None, NetworkWatch.OfThisMachine.Look() & ~NetworkWatch.Known);

    public void Dispose() => _folder.Dispose();

    private LedTroubles Look(bool? isClockSet = true) => new NetworkWatch(_folder.Path, () => isClockSet).Look();

    private void Address(string address) => Write("proc/net/fib_trie", FibTrie.Replace("ADDRESS", address, StringComparison.Ordinal));

    private void Card(string name, string? carrier, bool isReal = true)
    {
        _ = Directory.CreateDirectory(_folder.File($"sys/class/net/{name}{(isReal ? "/device" : "")}"));
        if (carrier is not null)
        {
            Write($"sys/class/net/{name}/carrier", carrier + "\n");
        }
    }

    private void Write(string file, string text)
    {
        _ = Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(file))!);
        File.WriteAllText(_folder.File(file), text);
    }
}
