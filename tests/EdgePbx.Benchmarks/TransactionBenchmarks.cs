using BenchmarkDotNet.Attributes;
using EdgePbx.Core;
using EdgePbx.Core.Tests;

namespace EdgePbx.Benchmarks;

/// <summary>What a transaction does again and again. Goal: 0 bytes.</summary>
[MemoryDiagnoser]
public class TransactionBenchmarks
{
    private const int Steps = 8;

    private readonly TimerHeap _timers = new();
    private readonly SipBufferPool _buffers = new();
    private readonly Outbox _outbox = new();
    private readonly SipMessage _message = new();
    private readonly byte[] _copy = SampleInvite.NewBytes();
    private readonly SipFlow _source =
        new(SipTransport.Udp, new NetEndpoint(NetAddress.FromV4(192, 0, 2, 41), 5060), default, 1, 0);
    private readonly OwnedTimer[] _armed = new OwnedTimer[100];
    private TransactionLayer? _layer;
    private OwnedTimer? _timer;
    private readonly Instant _now = new(TimeSpan.FromHours(1).Ticks);

    /// <summary>One INVITE that rings, and a hundred timers of other calls.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _layer = new TransactionLayer(_timers, _buffers, _outbox, new KernelRandom(), new byte[SipHash.KeyLength]);
        Parse();
        ServerTransaction ringing = _layer.Accept(_message, _source)!;
        byte[] response = new byte[2048];
        var writer = new SipWriter(response);
        SipResponse.Begin(ref writer, _message, 180, default, ringing.LocalTag, _source.Remote);
        writer.NoBody();
        _ = writer.TryComplete(out int length);
        ringing.Respond(_now, 180, _buffers.RentCopy(response.AsSpan(0, length)));
        Drain();
        for (int i = 0; i < _armed.Length; i++)
        {
            _armed[i] = new OwnedTimer(_timers, TimerKind.Transaction, static _ => { });
            _armed[i].Arm(Instant.Never);
        }
        _timer = new OwnedTimer(_timers, TimerKind.Transaction, static _ => { });
    }

    /// <summary>One step of the table, out of a whole life: a copy, 100, a copy, 180, a copy, 200, ACK, timer L.</summary>
    [Benchmark(OperationsPerInvoke = Steps)]
    public int TableStep()
    {
        InviteServerTable.State state = InviteServerTable.State.Proceeding;
        int acts = 0;
        foreach (InviteServerTable.Input input in Life)
        {
            (state, InviteServerTable.Act act) = InviteServerTable.Step(state, input);
            acts += (int)act;
        }
        return acts + (int)state;
    }

    /// <summary>A copy of the INVITE: parsed, matched, absorbed, and the 180 put into the outbox once more.</summary>
    [Benchmark]
    public int CopyAbsorbed()
    {
        Parse();
        _layer!.Match(_message)!.OnRetransmission(_now, _source);
        return Drain();
    }

    /// <summary>A timer among a hundred others: armed, due, fired.</summary>
    [Benchmark]
    public bool TimerFired()
    {
        _timer!.Arm(_now);
        _timers.FireDue(_now);
        return _timer.IsArmed;
    }

    private static ReadOnlySpan<InviteServerTable.Input> Life =>
    [
        InviteServerTable.Input.Invite, InviteServerTable.Input.Provisional, InviteServerTable.Input.Invite, InviteServerTable.Input.Provisional,
        InviteServerTable.Input.Invite, InviteServerTable.Input.Success, InviteServerTable.Input.Ack, InviteServerTable.Input.TimerL,
    ];

    private void Parse()
    {
        if (!SipParser.TryParse(_copy, _copy.Length, isStream: false, _message, out SipParseError error))
        {
            throw new InvalidOperationException(error.Reason);
        }
    }

    private int Drain()
    {
        int sent = 0;
        while (_outbox.TryTake(out Output output))
        {
            sent += output.Message!.Length;
            output.Message.Return();
        }
        return sent;
    }

    private sealed class KernelRandom : Entropy
    {
        public override void Fill(Span<byte> bytes) => System.Security.Cryptography.RandomNumberGenerator.Fill(bytes);
    }
}
