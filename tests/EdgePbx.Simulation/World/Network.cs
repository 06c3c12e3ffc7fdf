using EdgePbx.Core;

namespace EdgePbx.Simulation;

/// <summary>What lies between the phones and the box.</summary>
internal sealed class Network(World world, Rng rng)
{
    private readonly Dictionary<NetEndpoint, SimPhone> _places = [];
    private readonly List<Stream> _streams = [null!]; // connection 0 means "none"

    private Agenda Agenda => world.Agenda;
    private Weather Weather => world.Weather;

    public void Move(SimPhone phone, NetEndpoint from, NetEndpoint to)
    {
        _ = _places.Remove(from);
        _places[to] = phone;
    }

    public Stream Open(SimPhone phone, NetEndpoint remote)
    {
        var stream = new Stream((uint)_streams.Count, phone.Index, remote);
        _streams.Add(stream);
        return stream;
    }

    /// <summary>Both ends notice at once.</summary>
    public void Break(Stream stream)
    {
        if (stream.IsOpen)
        {
            stream.IsOpen = false;
            world.Note($"connection of phone {stream.Phone} broke");
            world.Engine.FlowClosed(Agenda.Now, stream.Flow);
            world.Drain();
        }
    }

    public void ToBox(SimPhone phone, Packet packet, Stream? stream)
    {
        (packet.Phone, packet.Stream) = (phone.Index, stream);
        if (stream is not null)
        {
            Instant due = Agenda.Now + Delay(isStream: true);
            stream.LastToBox = due = due > stream.LastToBox ? due : stream.LastToBox;
            Agenda.At(due, () => Arrive(packet, stream.Flow, stream));
            return;
        }
        var flow = new SipFlow(SipTransport.Udp, phone.At, SimAddresses.Box, 0, 0);
        Carry(phone, packet, isToBox: true, () => Arrive(packet, flow, null));
    }

    public void FromBox(in Output output)
    {
        string text = SipText.From(output.Message!.Span);
        output.Message.Return();
        SipFlow flow = output.Flow;
        Stream? stream = flow.Connection > 0 && flow.Connection < _streams.Count ? _streams[(int)flow.Connection] : null;
        _ = _places.TryGetValue(flow.Remote, out SimPhone? phone);
        phone = stream is not null ? world.Phones[stream.Phone] : phone;
        var packet = new Packet(text) { At = Agenda.Now, Phone = phone?.Index ?? -1 };
        world.OnSent(packet, flow);
        bool fails = rng.Chance(Weather.SendFails);
        if (flow.Transport == SipTransport.Tcp && stream is null && phone is { TakesStreams: true })
        {
            stream = Open(phone, flow.Remote);
        }
        if (fails || (flow.Transport == SipTransport.Tcp && stream is not { IsOpen: true }))
        {
            Fail(packet, output.Ticket, isLate: flow.Transport == SipTransport.Tcp);
            return;
        }
        if (phone is null)
        {
            world.Trace?.Lost(packet);
            return;
        }
        packet.Stream = stream;
        if (stream is null)
        {
            Carry(phone, packet, isToBox: false, () => phone.Take(packet));
            return;
        }
        Instant due = Agenda.Now + Delay(isStream: true);
        stream.LastToPhone = due = due > stream.LastToPhone ? due : stream.LastToPhone;
        Agenda.At(due, () =>
        {
            if (stream.IsOpen)
            {
                phone.Take(packet);
            }
        });
    }

    private void Fail(Packet packet, uint ticket, bool isLate)
    {
        world.Trace?.Failed(packet);
        if (isLate && rng.Chance(0.5))
        {
            Agenda.After(rng.Between(0, 5), () => world.SendFailed(packet, ticket));
            return;
        }
        world.SendFailed(packet, ticket);
    }

    private void Carry(SimPhone phone, Packet packet, bool isToBox, Action arrive)
    {
        bool isLost = rng.Chance(Weather.Loss);
        bool isCopied = rng.Chance(Weather.Duplicates);
        TimeSpan delay = Delay(isStream: false);
        TimeSpan copyDelay = Delay(isStream: false);
        if (isLost || phone.IsCutOff)
        {
            if (isToBox)
            {
                world.Trace?.LostOnTheWayToTheBox(Agenda.Now, packet);
            }
            else
            {
                world.Trace?.Lost(packet);
            }
            return;
        }
        Agenda.After(delay, arrive);
        if (isCopied)
        {
            Agenda.After(copyDelay, arrive);
        }
    }

    private TimeSpan Delay(bool isStream)
    {
        double seconds = 0.001 + (0.03 * rng.Unit()) + (Weather.Jitter * rng.Unit());
        if (rng.Chance(Weather.LongDelays) && !isStream)
        {
            seconds = 40 * rng.Unit();
        }
        return TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond));
    }

    private void Arrive(Packet packet, SipFlow flow, Stream? stream)
    {
        if (stream is null or { IsOpen: true })
        {
            world.Receive(packet, flow);
        }
    }
}
