using System.Globalization;
using EdgePbx.Core;

namespace EdgePbx.Simulation;

/// <summary>The real engine, some phones, a network between them and one clock: everything follows from the plan.</summary>
internal sealed class World
{
    private static readonly TimeSpan LongestRun = TimeSpan.FromHours(200);
    private readonly byte[] _buffer = new byte[SipLimits.MessageBytes];
    private readonly Rule[] _rules;
    private readonly SimPorts _ports;
    private readonly SimRelay _relay;
    private readonly SimMedium _medium;
    private readonly SimRecorder _recorder;
    private readonly PbxSettings _settings;
    private readonly HashSet<string> _liveCalls = new(StringComparer.Ordinal);
    private bool _wasLive;

    public World(Plan plan, bool keepsTrace = false)
    {
        Plan = plan;
        Weather = new Weather(plan);
        Trace = keepsTrace ? new Trace() : null;
        _rules = RuleBook.All();
        foreach (Rule rule in _rules)
        {
            rule.ReportTo(violation => Violation ??= violation);
        }
        _relay = new SimRelay(Agenda, Weather, Rng.For(plan.Seed, 3, 0), OnPort);
        _medium = new SimMedium(Agenda, Rng.For(plan.Seed, 8, 0));
        _ports = new SimPorts(Agenda, Weather, Rng.For(plan.Seed, 4, 0), OnPort);
        _recorder = new SimRecorder(Agenda, Weather, Rng.For(plan.Seed, 11, 0), OnRecording);
        Network = new Network(this, Rng.For(plan.Seed, 5, 0));
        var rng = Rng.For(plan.Seed, 6, 0);
        int extensions = 3 + rng.Below(4);
        _settings = new PbxSettings
        {
            Realm = "office.example",
            RingTimeout = TimeSpan.FromSeconds(Weather.RingTimeout),
            SessionInterval = TimeSpan.FromSeconds(Weather.SessionInterval),
            MaxCalls = Weather.MaxCalls,
            Recording = new RecordingSettings(Weather.Has(Kinds.DialsCode) ? RecordMode.OnDemand : RecordMode.Never, "*1"),
            Extensions = [.. Enumerable.Range(0, extensions).Select(i => new ExtensionSettings($"{1001 + i}", $"Desk {i}", $"secret-{i}")
            {
                Record = Weather.Has(Kinds.Recorded) && i % 3 != 2 ? (RecordMode)(2 - i % 3) : null,
            })],
        };
        Engine = new PbxEngine(_settings, _ports, new SimAddresses(), new SeededEntropy(plan.Seed), new EventLog(Agenda, keepsTrace, OnLogged));
        Engine.KeepBindings(Agenda.Now, []);
        _medium.Report = (upTo, problem) =>
        {
            Engine.BindingsKept(Agenda.Now, upTo, problem);
            Drain();
        };
        _relay.Confirm = key =>
        {
            Engine.RelayClosed(Agenda.Now, key);
            Drain();
        };
        _recorder.Report = report =>
        {
            Engine.RecordingReported(Agenda.Now, report);
            Drain();
        };
        _recorder.Press = (path, digit) =>
        {
            Engine.DigitHeard(Agenda.Now, path, digit);
            Drain();
        };
        _relay.Measure = (key, media) =>
        {
            Engine.RelayMeasured(Agenda.Now, key, media);
            Drain();
        };
        _relay.Latch = key =>
        {
            Engine.RelaySourceLatched(Agenda.Now, key, new NetEndpoint(NetAddress.FromV4(192, 0, 2, 99), 4000));
            Drain();
        };
        Phones = MakePhones(extensions, rng);
        PlanCalls();
        PlanHost(rng);
    }

    public Plan Plan { get; }
    public Weather Weather { get; }
    public Agenda Agenda { get; } = new();
    public Network Network { get; }
    public PbxEngine Engine { get; }
    public SimPhone[] Phones { get; }
    public Trace? Trace { get; }

    /// <summary>The first thing that went wrong.</summary>
    public Violation? Violation { get; private set; }

    /// <summary>INVITEs that became calls in the box.</summary>
    public int CallsMade { get; private set; }

    public int CallsEstablished { get; private set; }
    public long Messages { get; private set; }

    /// <summary>A number that differs when anything on the wire differs.</summary>
    public ulong Fingerprint { get; private set; } = 14695981039346656037;

    /// <summary>No phone does anything on its own after this.</summary>
    public Instant Evening { get; private set; }

    public void Run()
    {
        Instant last = Agenda.Now + LongestRun;
        try
        {
            while (Violation is null && Step(last))
            {
            }
        }
#pragma warning disable CA1031 // whatever the engine throws at its host is a finding
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Violation ??= new Violation("NothingIsThrown", Agenda.Now, failure.ToString());
        }
        if (Violation is null)
        {
            PbxSnapshot snapshot = Engine.Snapshot(Agenda.Now);
            var end = new EndState(Agenda.Now, snapshot.Gauges, snapshot.Counters, Engine.NextDue != Instant.Never, _ports.Lent);
            foreach (Rule rule in _rules)
            {
                rule.OnEnd(end);
            }
        }
    }

    public void Receive(Packet packet, SipFlow flow)
    {
        packet.At = Agenda.Now;
        Messages++;
        Trace?.Received(packet);
        foreach (Rule rule in _rules)
        {
            rule.OnReceived(packet);
        }
        Mix(packet.Text);
        Engine.Receive(Agenda.Now, flow, _buffer, SipText.Write(packet.Text, _buffer));
        Drain();
    }

    public void OnSent(Packet packet, SipFlow flow)
    {
        Messages++;
        Trace?.Sent(packet);
        Mix(packet.Text);
        foreach (Rule rule in _rules)
        {
            rule.OnSent(packet);
        }
    }

    public void SendFailed(Packet packet, uint ticket)
    {
        foreach (Rule rule in _rules)
        {
            rule.OnSendFailed(packet);
        }
        Engine.SendFailed(Agenda.Now, ticket);
        Drain();
    }

    /// <summary>Carries out what the engine wants done, in order.</summary>
    public void Drain()
    {
        while (Engine.Outbox.TryTake(out Output output))
        {
            switch (output.Kind)
            {
                case OutputKind.Send:
                    Network.FromBox(output);
                    break;
                case OutputKind.ConfigureRelay:
                    _relay.Take(output);
                    _recorder.Listen(output.Relay, output.Settings!);
                    break;
                case OutputKind.CloseRelay:
                    _relay.Take(output);
                    break;
                case OutputKind.StartRecording or OutputKind.StopRecording:
                    _recorder.Take(output);
                    break;
                case OutputKind.KeepBindings:
                    _medium.Take(output.Bindings!);
                    break;
            }
        }
        if (_wasLive && _liveCalls.Count == 0)
        {
            _wasLive = false;
            GaugeSnapshot gauges = Engine.Snapshot(Agenda.Now).Gauges;
            foreach (Rule rule in _rules)
            {
                rule.OnNoCalls(Agenda.Now, gauges);
            }
        }
    }

    /// <summary>A line for the ladder.</summary>
    public void Note(string text) => Trace?.Note(Agenda.Now, text);

    private bool Step(Instant last)
    {
        Instant due = Engine.NextDue;
        Instant next = Agenda.NextDue;
        if (due == Instant.Never && next == Instant.Never)
        {
            if (!_relay.HoldsBack && !_recorder.HoldsBack)
            {
                return false;
            }
            _relay.Restart();
            _recorder.Restart();
            return true;
        }
        if (Agenda.Now > last)
        {
            Violation = new Violation("ItComesToRest", Agenda.Now, $"after {LongestRun.TotalHours.ToString(CultureInfo.InvariantCulture)} h something still goes on");
            return false;
        }
        if (due <= next)
        {
            Agenda.Advance(due);
            Engine.Tick(Agenda.Now);
            Drain();
        }
        else
        {
            Agenda.Step();
        }
        return true;
    }

    private SimPhone[] MakePhones(int extensions, Rng rng)
    {
        int count = extensions + rng.Below(4);
        var phones = new SimPhone[count];
        for (int i = 0; i < count; i++)
        {
            ExtensionSettings extension = _settings.Extensions[i < extensions ? i : rng.Below(extensions)];
            phones[i] = new SimPhone(this, i, extension.Number, extension.Secret, Rng.For(Plan.Seed, 7, i));
        }
        return phones;
    }

    private void PlanCalls()
    {
        double spacing = 60.0 / Weather.CallsPerMinute;
        for (int i = 0; i < Plan.Calls; i++)
        {
            var rng = Rng.For(Plan.Seed, 8, i);
            Instant at = Agenda.Now + rng.Between(120 + (spacing * i), 120 + (spacing * (i + 1)));
            SimPhone caller = Phones[rng.Below(Phones.Length)];
            string callee = Phones[rng.Below(Phones.Length)].Number;
            var call = new CallPlan(i, callee, rng);
            if (Plan.Has(i))
            {
                Agenda.At(at, () => caller.Call(call));
            }
        }
        Evening = Agenda.Now + TimeSpan.FromSeconds(120 + (spacing * Plan.Calls) + 300 + rng_Tail());
        Agenda.At(Evening, () => Array.ForEach(Phones, phone => phone.GoHome()));
        Agenda.At(Evening + TimeSpan.FromSeconds(60), () => Array.ForEach(Phones, phone => phone.Vanish(Instant.Never)));

        double rng_Tail() => Rng.For(Plan.Seed, 9, 0).Pick(0, 300, 1500);
    }

    private void PlanHost(Rng rng)
    {
        TimeSpan reload = rng.Between(0, (Evening - Agenda.Now).TotalSeconds);
        TimeSpan shutdown = rng.Between(0.7 * (Evening - Agenda.Now).TotalSeconds, (Evening - Agenda.Now).TotalSeconds);
        int gone = rng.Below(_settings.Extensions.Count);
        if (Weather.Has(Kinds.Reloads))
        {
            Agenda.After(reload, () => Reload(gone));
        }
        if (Weather.Has(Kinds.Shutdown))
        {
            Agenda.After(shutdown, () =>
            {
                Note("shutdown begins");
                Engine.BeginShutdown(Agenda.Now);
                Drain();
            });
        }
    }

    private void Reload(int gone)
    {
        Note("configuration reloaded");
        Engine.Reload(Agenda.Now, _settings with
        {
            SessionInterval = _settings.SessionInterval + TimeSpan.FromSeconds(30),
            Extensions = [.. _settings.Extensions.Where((_, i) => i != gone)],
        });
        Drain();
    }

    private void OnLogged(LogEvent entry)
    {
        switch (entry.Name)
        {
            case "b2bua_call_setup":
                CallsMade++;
                _ = _liveCalls.Add(entry.Call);
                _wasLive = true;
                break;
            case "call_established":
                CallsEstablished++;
                break;
            case "cleanup_call_start":
                _wasLive |= _liveCalls.Add(entry.Call); // a bug of the host has ended it before it was set up
                break;
            case "cleanup_verified" or "call_unclean":
                _ = _liveCalls.Remove(entry.Call);
                break;
        }
        Trace?.Logged(entry);
        foreach (Rule rule in _rules)
        {
            rule.OnLogged(entry);
        }
    }

    private void OnPort(PortEvent port)
    {
        foreach (Rule rule in _rules)
        {
            rule.OnPort(port);
        }
    }

    private void OnRecording(RecordingEvent recording)
    {
        foreach (Rule rule in _rules)
        {
            rule.OnRecording(recording);
        }
    }

    private void Mix(string text)
    {
        ulong hash = Fingerprint;
        for (int i = 0; i < text.Length; i += 7)
        {
            hash = (hash ^ text[i]) * 1099511628211;
        }
        Fingerprint = (hash ^ (ulong)Agenda.Now.Ticks) * 1099511628211;
    }
}
