using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgePbx.Core;

namespace EdgePbx.LoadTest;

/// <summary>The published binary, with real phones: each call is registered, dialled and answered by SIP.</summary>
internal sealed class EdgePbxTarget : RelayTarget
{
    private const int SipPort = 22300;
    private const int ShortCallPairs = 12;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly NetEndpoint Server = new(Address, SipPort);

    private readonly string _program;
    private readonly string _io;
    private readonly string _folder = Directory.CreateTempSubdirectory("edgepbx-load-").FullName;
    private readonly List<BuiltInPhone> _phones = [];
    private PollSet? _poll;
    private (long Allocated, long Pause, long[] Collections) _before;
    private int _calls;
    private int _done;
    private int _refused;
    private int _nextPair;
    private Instant _nextShort;

    public EdgePbxTarget(string program, string io) => (_program, _io) = (program, io);

    public override string Name => $"EdgePbx ({_io})";

    // its signalling works for the short calls, which is another figure
    protected override string RelayThread => MediaRelay.ThreadName;

    public override string Churn => _refused == 0 ? $"{_done} short calls" : $"{_done} short calls, {_refused} refused";

    public override void Start(int calls, VoiceLoad load)
    {
        _calls = calls;
        int pairs = calls + ShortCallPairs;
        _poll = new PollSet(2 * pairs);
        string config = Path.Combine(_folder, "edgepbx.toml");
        File.WriteAllText(config, Configuration(pairs));
        Launch(_program, ["run", "--config", config], "edgepbx_started");
        for (int i = 0; i < pairs; i++)
        {
            foreach (int side in (ReadOnlySpan<int>)[0, 1])
            {
                // the short calls have no voices: their media goes where nobody listens
                NetEndpoint media = i < calls ? load.MediaOf(i, side) : new NetEndpoint(Address, (ushort)(9000 + (2 * i)));
                _phones.Add(new BuiltInPhone(_poll, Extension(i, side), Server, media));
            }
            BuiltInPhone callee = Callee(i);
            callee.Register();
            WaitFor(() => callee.Registration == PhoneState.Established, callee);
        }
        for (int i = 0; i < calls; i++)
        {
            SetUp(i);
            load.Aim(i, 0, Caller(i).Call!.RemoteRtp);
            load.Aim(i, 1, Callee(i).Call!.RemoteRtp);
        }
    }

    public override void Turn(int callsPerSecond)
    {
        Instant now = MonotonicClock.Now;
        if (callsPerSecond > 0 && now >= _nextShort)
        {
            _nextShort = (_nextShort == default ? now : _nextShort) + TimeSpan.FromSeconds(0.5 / callsPerSecond);
            Advance(_calls + (_nextPair++ % ShortCallPairs));
        }
        _poll!.Wait(TimeSpan.FromMilliseconds(5));
        _poll.Dispatch(MonotonicClock.Now);
        for (int i = _calls; i < _calls + ShortCallPairs; i++)
        {
            if (Callee(i).Call is { State: PhoneState.Ringing, LastAnswer: var said } && !IsAnswer(said))
            {
                Callee(i).Answer();
            }
        }
    }

    public override void BeginStretch() => _before = ReadCounters();

    public override string EndStretch()
    {
        (long allocated, long pause, long[] collections) = ReadCounters();
        string[] more = [.. collections.Zip(_before.Collections, (now, before) => (now - before).ToString(CultureInfo.InvariantCulture))];
        return string.Create(CultureInfo.InvariantCulture,
            $"{allocated - _before.Allocated} bytes allocated by the relay thread; garbage collections of generation 0, 1, 2: {string.Join(", ", more)}, which stopped it for {(pause - _before.Pause) / 1000.0:F1} ms");
    }

    public override void Dispose()
    {
        base.Dispose();
        _phones.ForEach(phone => phone.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    private static bool IsAnswer(byte[] message) => message.AsSpan().StartsWith("SIP/2.0 200"u8);

    private static ExtensionSettings Extension(int pair, int side) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{(side == 0 ? 2000 : 6000) + pair}"), "", string.Create(CultureInfo.InvariantCulture, $"load-test-{pair}-{side}"));

    private BuiltInPhone Caller(int pair) => _phones[2 * pair];
    private BuiltInPhone Callee(int pair) => _phones[(2 * pair) + 1];

    private (long Allocated, long Pause, long[] Collections) ReadCounters()
    {
        using JsonDocument status = JsonDocument.Parse(StatusClient.Ask(Path.Combine(_folder, "edgepbx.sock"), StatusRequest.Status)!);
        JsonElement counters = status.RootElement.GetProperty("counters");
        return (Read("relay_bytes_allocated"), Read("collection_pause_microseconds"), [Read("collections_gen0"), Read("collections_gen1"), Read("collections_gen2")]);

        long Read(string name) => counters.GetProperty(name).GetInt64();
    }

    private string Configuration(int pairs)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"""
            [sip]
            listen = ["udp://{Server}"]
            [media]
            ports = "40000-{40000 + (6 * (pairs + 10)) - 1}"
            max_calls = {pairs + 10}
            io = "{_io}"

            """);
        for (int i = 0; i < pairs; i++)
        {
            foreach (int side in (ReadOnlySpan<int>)[0, 1])
            {
                ExtensionSettings extension = Extension(i, side);
                _ = text.Append(CultureInfo.InvariantCulture, $"[[extension]]\nnumber = \"{extension.Number}\"\nsecret = \"{extension.Secret}\"\n");
            }
        }
        return text.ToString();
    }

    private void SetUp(int pair)
    {
        (BuiltInPhone caller, BuiltInPhone callee) = (Caller(pair), Callee(pair));
        caller.Dial(callee.Number);
        WaitFor(() => callee.Call is { State: PhoneState.Ringing }, caller);
        callee.Answer();
        WaitFor(() => caller.Call is { State: PhoneState.Established } && callee.Call is { State: PhoneState.Established }, caller);
    }

    // One step in the life of a short call: it is dialled, or, when it is up, hung up. Two of them make a call.
    private void Advance(int pair)
    {
        BuiltInPhone caller = Caller(pair);
        if (caller.Call is { State: PhoneState.Established })
        {
            caller.HangUp();
            _done++;
        }
        else if (caller.Call is null or { State: PhoneState.Ended or PhoneState.Refused })
        {
            _refused += caller.Call is { State: PhoneState.Refused } ? 1 : 0;
            caller.Dial(Callee(pair).Number);
        }
    }

    private void WaitFor(Func<bool> isSo, BuiltInPhone phone)
    {
        Instant end = MonotonicClock.Now + Patience;
        while (!isSo())
        {
            if (MonotonicClock.Now >= end || phone.Call is { State: PhoneState.Refused })
            {
                throw new InvalidOperationException($"the call of {phone.Number} is not set up: {phone.Refusal}");
            }
            _poll!.Wait(TimeSpan.FromMilliseconds(20));
            _poll.Dispatch(MonotonicClock.Now);
        }
    }
}
