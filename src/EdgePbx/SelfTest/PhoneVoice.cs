using System.Buffers.Binary;
using System.Security.Cryptography;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>The mouth and the ear of a built-in phone: a second of a tone goes out as RTP while what comes in is kept.</summary>
internal sealed class PhoneVoice : IDisposable
{
    private const int HeaderBytes = 12;
    private const int LongestPacket = 1500;

    private static readonly TimeSpan PacketTime =
        TimeSpan.FromTicks(TimeSpan.TicksPerSecond * HeardSound.SamplesPerPacket / Tone.SamplesPerSecond);

    private readonly PhoneSocket _socket;
    private readonly byte[] _packet = new byte[HeaderBytes + HeardSound.SamplesPerPacket];
    private NetEndpoint _remote;
    private Instant _startedAt;
    private int _frequency;
    private int _sent = HeardSound.Packets;
    private ushort _firstSequenceNumber;
    private uint _firstTimestamp;
    private uint _source;

    /// <exception cref="ListenException">The system has no socket for it.</exception>
    public PhoneVoice(PollSet poll) => _socket = new PhoneSocket(poll, LongestPacket, Hear);

    public NetEndpoint Local => _socket.Local;
    public string SendProblem => _socket.SendProblem;

    /// <summary>Since the last <see cref="Start"/>.</summary>
    public HeardSound Heard { get; private set; } = new();

    public bool HasSpoken => _sent == HeardSound.Packets;

    /// <summary>When <see cref="Tick"/> is wanted next.</summary>
    public Instant NextDue => HasSpoken ? Instant.Never : _startedAt + (PacketTime * _sent);

    public void Start(Instant now, int frequency, NetEndpoint remote)
    {
        (_startedAt, _frequency, _remote, _sent) = (now, frequency, remote, 0);
        _firstSequenceNumber = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue);
        _firstTimestamp = (uint)RandomNumberGenerator.GetInt32(int.MaxValue);
        _source = (uint)RandomNumberGenerator.GetInt32(int.MaxValue);
        Heard = new HeardSound();
    }

    /// <summary>Sends what is due. After a delay that is several packets, so that none is missing in the end.</summary>
    public void Tick(Instant now)
    {
        while (NextDue <= now)
        {
            SendNext();
        }
    }

    public void Dispose() => _socket.Dispose();

    // RFC 3550 5.1
    private void SendNext()
    {
        int sample = _sent * HeardSound.SamplesPerPacket;
        _packet[0] = 2 << 6;
        _packet[1] = _sent == 0 ? (byte)0x80 : (byte)0; // the marker starts a talkspurt (RFC 3551 4.1); PCMU is 0
        BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(2), (ushort)(_firstSequenceNumber + _sent));
        BinaryPrimitives.WriteUInt32BigEndian(_packet.AsSpan(4), _firstTimestamp + (uint)sample);
        BinaryPrimitives.WriteUInt32BigEndian(_packet.AsSpan(8), _source);
        for (int i = 0; i < HeardSound.SamplesPerPacket; i++)
        {
            _packet[HeaderBytes + i] = Pcmu.Encode(Tone.At(_frequency, sample + i));
        }
        _socket.Send(_packet, _remote);
        _sent++;
    }

    private void Hear(byte[] bytes, int length)
    {
        if (RtpPacket.TryParse(bytes.AsSpan(0, length), out RtpPacket packet))
        {
            Heard.Take(packet);
        }
    }
}
