using EdgePbx.Core;

namespace EdgePbx;

/// <summary>Orders to the media relay and its reports, as the signalling thread sees them.</summary>
internal interface IRelayLine
{
    void Configure(RelayKey key, RelaySettings settings);
    void Close(RelayKey key);
    bool TryTakeReport(out RelayReport report);
    void StopRecording(RecordingKey key);

    /// <summary>Ports, paths and packets, into the snapshot.</summary>
    PbxSnapshot Complete(PbxSnapshot snapshot);
}

/// <summary>The real relay.</summary>
internal sealed class RelayLine(MediaRelay relay) : IRelayLine
{
    public void Configure(RelayKey key, RelaySettings settings) => relay.Configure(key, settings);
    public void Close(RelayKey key) => relay.Close(key);
    public bool TryTakeReport(out RelayReport report) => relay.TryTakeReport(out report);
    public void StopRecording(RecordingKey key) => relay.StopRecording(key);

    public PbxSnapshot Complete(PbxSnapshot snapshot) => snapshot with
    {
        // what either side still holds is held; what is in quarantine has a gauge of its own
        Gauges = snapshot.Gauges with
        {
            RelayPaths = Math.Max(snapshot.Gauges.RelayPaths, relay.OpenPaths - (snapshot.Gauges.PortsQuarantined / 2)),
            PortsInUse = Math.Max(snapshot.Gauges.PortsInUse, (2 * relay.PortsInUse) - snapshot.Gauges.PortsQuarantined),
        },
        Counters = snapshot.Counters with
        {
            RelayPacketsForwarded = relay.PacketsForwarded,
            RelayPacketsDropped = relay.PacketsDropped,
            RelayBytesAllocated = relay.AllocatedBytes,
        },
    };
}
