using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using EdgePbx.Core;

namespace EdgePbx.Benchmarks;

/// <summary>What the core does with each voice packet; the system calls around it cost a hundred times as much. Goal: 0 bytes.</summary>
[MemoryDiagnoser]
public class RelayBenchmarks
{
    private readonly byte[] _packet = new byte[12 + 160]; // 20 ms of G.711
    private readonly PayloadMap _map = new([(8, 0), (101, 96)]);
    private readonly SourceLatch _latch = new();
    private readonly NetEndpoint _source = new(NetAddress.FromV4(192, 0, 2, 41), 16384);
    private readonly RelaySettings _settings = new() { RemoteRtp = default, RemoteRtcp = default, SignallingSource = default, Sink = default };
    private readonly PathQuality _quality = new();
    private Instant _now;
    private ushort _number;

    /// <summary>The latch is settled, as it is from the second packet of a call on.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _packet[0] = 0x80;
        _latch.Configure(_now, _source, _source.Address, opens: true);
        _ = _latch.Accept(_now, _source);
        _now += TimeSpan.FromMinutes(1);
    }

    /// <summary>Header checked, payload number translated, source compared, target asked, the stream counted.</summary>
    [Benchmark]
    public int Packet()
    {
        _packet[1] = 8;
        _number++;
        BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(2), _number);
        BinaryPrimitives.WriteUInt32BigEndian(_packet.AsSpan(4), _number * 160u);
        _now += TimeSpan.FromMilliseconds(20);
        if (!RtpPacket.TryParse(_packet, out RtpPacket packet))
        {
            return 0;
        }
        _quality.TakeRtp(_now, packet, _settings);
        packet.SetPayloadType(_map[packet.PayloadType]);
        return _latch.Accept(_now, _source) == LatchVerdict.Accepted ? _latch.Target.Port : 0;
    }
}
