using EdgePbx.Core;

namespace EdgePbx.Simulation;

/// <summary>A phone that keeps to the RFCs, but for what its world lets it do wrong. This part: how it sends and hears.</summary>
internal sealed partial class SimPhone
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(32);
    private static readonly TimeSpan T1 = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan T2 = TimeSpan.FromSeconds(4);
    private readonly World _world;
    private readonly Rng _rng;
    private readonly Digest _digest;
    private readonly Dictionary<string, Client> _clients = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Served> _served = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dialog> _dialogs = new(StringComparer.Ordinal);
    private readonly List<string> _callIds = [];
    private readonly bool _usesStream;
    private readonly bool _knowsTimer;
    private readonly bool _knowsUpdate;
    private readonly bool _isTalkative;
    private Stream? _stream;
    private int _counter;
    private int _cutsOpen;

    public SimPhone(World world, int index, string number, string secret, Rng rng)
    {
        (_world, Index, Number, _rng) = (world, index, number, rng);
        _digest = new Digest(number, secret, usesMd5: rng.Chance(0.4));
        _usesStream = Does(Kinds.Streams, 0.4);
        TakesStreams = _usesStream || rng.Chance(0.5);
        _knowsTimer = rng.Chance(0.75);
        _knowsUpdate = rng.Chance(0.7);
        _isTalkative = Does(Kinds.LargeMessages, 0.4);
        At = new NetEndpoint(NetAddress.FromV4(192, 0, 2, (byte)(10 + index)), 5060);
        world.Network.Move(this, At, At);
        PlanLife();
    }

    public int Index { get; }
    public string Number { get; }

    /// <summary>Where its datagrams come from and go to.</summary>
    public NetEndpoint At { get; private set; }

    /// <summary>It takes calls over TCP.</summary>
    public bool TakesStreams { get; }

    /// <summary>Nothing reaches it, and nothing of it arrives.</summary>
    public bool IsCutOff => _cutsOpen > 0;

    private bool IsGone { get; set; }
    private Agenda Agenda => _world.Agenda;
    private bool IsEvening => Agenda.Now >= _world.Evening;
    private string Uri => $"sip:{Number}@office.example";
    private string Contact => $"Contact: <sip:{Number}@{At}{(_usesStream ? ";transport=tcp" : "")}>\r\n";
    private string Allow => _knowsUpdate ? "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, INFO\r\n" : "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK\r\n";

    /// <summary>What has arrived.</summary>
    public void Take(Packet packet)
    {
        if (IsGone || IsCutOff)
        {
            return;
        }
        if (packet.IsResponse)
        {
            Hear(packet);
        }
        else if (packet.Method == "ACK")
        {
            HearAck(packet);
        }
        else
        {
            Serve(packet);
        }
    }

    /// <summary>It is switched off until then; what it knew of calls may be forgotten.</summary>
    public void Vanish(Instant until)
    {
        if (IsGone)
        {
            return;
        }
        IsGone = true;
        _world.Note($"phone {Index} vanishes");
        if (until == Instant.Never)
        {
            return;
        }
        bool forgets = _rng.Chance(0.5);
        Agenda.At(until, () =>
        {
            if (IsEvening)
            {
                return; // it stays away
            }
            IsGone = false;
            if (forgets)
            {
                _dialogs.Clear();
                _clients.Clear();
                _served.Clear();
            }
            _world.Note($"phone {Index} is back");
            Register();
        });
    }

    /// <summary>It comes from another port now, as after a NAT's restart.</summary>
    public void Move()
    {
        if (_usesStream)
        {
            if (_stream is { } stream)
            {
                _world.Network.Break(stream);
            }
            return;
        }
        var next = new NetEndpoint(At.Address, (ushort)(At.Port + 1));
        _world.Network.Move(this, At, next);
        At = next;
        _world.Note($"phone {Index} comes from {At}");
        if (_rng.Chance(0.7))
        {
            Agenda.After(_rng.Between(0, 5), Register);
        }
    }

    /// <summary>True when the world lets it, and chance too. A number is drawn in any case.</summary>
    private bool Does(Kinds kind, double probability) => _rng.Chance(probability) && _world.Weather.Has(kind);

    private void PlanLife()
    {
        Agenda.After(_rng.Between(0, 60), Register);
        double hours = 2;
        double cuts = _world.Weather.Partitions * hours;
        for (int i = 0; i < 4; i++)
        {
            TimeSpan start = _rng.Between(60, 3600);
            TimeSpan length = _rng.Pick(_rng.Between(1, 10), _rng.Between(10, 60), _rng.Between(60, 300));
            if (_rng.Chance(cuts) && cuts > 0)
            {
                Agenda.After(start, () => CutOff(length));
            }
        }
        for (int i = 0; i < 2; i++)
        {
            TimeSpan vanishing = _rng.Between(60, 1800);
            TimeSpan absence = _rng.Pick(_rng.Between(1, 30), _rng.Between(30, 300));
            TimeSpan moving = _rng.Between(60, 1800);
            TimeSpan breaking = _rng.Between(60, 1800);
            if (Does(Kinds.Vanishes, 0.4))
            {
                Agenda.After(vanishing, () => Vanish(Agenda.Now + absence));
            }
            if (Does(Kinds.Moves, 0.4))
            {
                Agenda.After(moving, Move);
            }
            if (Does(Kinds.BrokenStreams, 0.6) && _usesStream)
            {
                Agenda.After(breaking, Move);
            }
        }
    }

    private void CutOff(TimeSpan length)
    {
        _cutsOpen++;
        _world.Note($"phone {Index} is cut off");
        Agenda.After(length, () =>
        {
            _cutsOpen--;
            _world.Note($"phone {Index} is connected");
        });
    }

    private string NewBranch() => $"z9hG4bK-{Index}-{++_counter}";

    private string NewTag() => $"p{Index}t{++_counter}";

    private Stream? Way()
    {
        if (!_usesStream)
        {
            return null;
        }
        if (_stream is not { IsOpen: true })
        {
            _stream = _world.Network.Open(this, new NetEndpoint(At.Address, (ushort)(30000 + (++_counter % 30000))));
        }
        return _stream;
    }

    private void Send(string text, Stream? stream, bool isGarbage = false)
    {
        if (!IsGone)
        {
            _world.Network.ToBox(this, new Packet(text) { IsGarbage = isGarbage }, stream);
        }
    }

    private string Write(string method, string uri, string callId, string from, string to, uint cseq, string branch, Stream? way, string extra, string body)
    {
        string type = body.Length > 0 ? "Content-Type: application/sdp\r\n" : "";
        return $"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/{(way is null ? "UDP" : "TCP")} {At};rport;branch={branch}\r\nMax-Forwards: 70\r\nFrom: {from}\r\nTo: {to}\r\n"
            + $"Call-ID: {callId}\r\nCSeq: {cseq} {method}\r\n{extra}{type}Content-Length: {body.Length}\r\n\r\n{body}";
    }

    private void Start(Client client)
    {
        _clients[$"{client.Branch}/{client.Method}"] = client;
        Send(client.Text, client.Stream);
        Instant until = Agenda.Now + Timeout;
        if (client.Stream is null)
        {
            Agenda.After(T1, () => Repeat(client, T1, until));
        }
        else
        {
            Agenda.At(until, () => Repeat(client, Timeout, until));
        }
    }

    private void Repeat(Client client, TimeSpan interval, Instant until)
    {
        bool isInvite = client.Method == "INVITE";
        if (client.IsDone || (isInvite && client.HasProvisional))
        {
            return;
        }
        if (Agenda.Now >= until)
        {
            client.IsDone = true;
            client.OnFinal(null);
            return;
        }
        Send(client.Text, client.Stream);
        interval = isInvite || 2 * interval < T2 ? 2 * interval : T2;
        Instant next = Agenda.Now + interval;
        Agenda.At(next < until ? next : until, () => Repeat(client, interval, until));
    }

    private void Hear(Packet response)
    {
        if (!_clients.TryGetValue($"{response.Branch}/{response.Method}", out Client? client))
        {
            return;
        }
        if (response.Status < 200)
        {
            client.HasProvisional = true;
            if (!client.IsDone)
            {
                client.OnProvisional?.Invoke(response);
            }
            return;
        }
        if (client.Method == "INVITE" && response.Status >= 300)
        {
            var sent = new Packet(client.Text);
            Send(Write("ACK", sent.Text[7..sent.Text.IndexOf(" SIP/2.0", StringComparison.Ordinal)], sent.CallId, sent.From, response.To, client.CSeq, client.Branch, client.Stream, "", ""), client.Stream);
        }
        if (!client.IsDone)
        {
            client.IsDone = true;
            client.OnFinal(response);
        }
        else if (response.Status < 300 && client.Ack is { } ack)
        {
            Send(ack, Way()); // ours was lost
        }
    }
}
