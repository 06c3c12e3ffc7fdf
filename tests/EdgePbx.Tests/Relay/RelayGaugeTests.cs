using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>The gauges of engine and relay together.</summary>
public class RelayGaugeTests
{
    [Fact]
    public void What_the_relay_still_holds_is_in_use_unless_it_is_in_quarantine()
    {
        using var world = new RelayWorld();
        _ = world.Open(0);
        _ = world.Open(1);
        world.Settle();
        var line = new RelayLine(world.Relay);

        GaugeSnapshot held = line.Complete(new PbxSnapshot()).Gauges;
        Assert.Equal((2, 4), (held.RelayPaths, held.PortsInUse));
        GaugeSnapshot one = line.Complete(new PbxSnapshot { Gauges = new GaugeSnapshot { PortsQuarantined = 2 } }).Gauges;
        Assert.Equal((1, 2, 2), (one.RelayPaths, one.PortsInUse, one.PortsQuarantined));
        GaugeSnapshot none = line.Complete(new PbxSnapshot { Gauges = new GaugeSnapshot { PortsQuarantined = 4 } }).Gauges;
        Assert.Equal((0, 0, 4), (none.RelayPaths, none.PortsInUse, none.PortsQuarantined));
    }
}
