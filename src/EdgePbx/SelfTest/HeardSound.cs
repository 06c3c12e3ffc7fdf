using EdgePbx.Core;

namespace EdgePbx;

/// <summary>One second of what a phone hears, each packet in the place that its timestamp gives it; what is lost stays silent.</summary>
internal sealed class HeardSound
{
    public const int SamplesPerPacket = 160; // 20 ms
    public const int Packets = Tone.SamplesPerSecond / SamplesPerPacket;

    private readonly short[] _samples = new short[Tone.SamplesPerSecond];
    private readonly bool[] _hasPacket = new bool[Packets];
    private uint _source;
    private uint _firstTimestamp;

    /// <summary>Different packets of the first sender that was heard.</summary>
    public int Received { get; private set; }

    public double ShareOf(int frequency) => Tone.ShareOf(frequency, _samples);

    public void Take(in RtpPacket packet)
    {
        if (packet.PayloadType != 0 || packet.Payload.Length != SamplesPerPacket)
        {
            return; // nothing that the other phone has sent
        }
        if (Received == 0)
        {
            (_source, _firstTimestamp) = (packet.Ssrc, packet.Timestamp);
        }
        uint place = (packet.Timestamp - _firstTimestamp) / SamplesPerPacket;
        if (packet.Ssrc != _source || place >= Packets || _hasPacket[place])
        {
            return;
        }
        _hasPacket[place] = true;
        Received++;
        Span<short> samples = _samples.AsSpan((int)place * SamplesPerPacket, SamplesPerPacket);
        for (int i = 0; i < SamplesPerPacket; i++)
        {
            samples[i] = G711.FromMuLaw(packet.Payload[i]);
        }
    }
}
