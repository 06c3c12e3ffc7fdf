using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgePbx.Core;

namespace EdgePbx.LoadTest;

/// <summary>rtpengine in user space, steered by its control protocol ("ng": bencoded dictionaries over UDP).</summary>
internal sealed class RtpengineTarget : RelayTarget
{
    private const int ControlPort = 22220;

    private readonly Socket _control = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 5000 };
    private readonly byte[] _answer = new byte[65536];
    private readonly Queue<(Instant End, int Call)> _shortCalls = new();
    private int _next = 1_000_000;
    private int _done;
    private VoiceLoad? _load;
    private Instant _nextShort;

    public override string Name => "rtpengine";

    public override string Churn => $"{_done} short calls";

    public override void Start(int calls, VoiceLoad load)
    {
        _load = load;
        string here = Address.ToString();
        Launch("rtpengine",
        [
            "--foreground", "--log-stderr", "--log-level=6", "--table=-1", $"--interface={here}", $"--listen-ng={here}:{ControlPort}",
            "--port-min=30000", "--port-max=39999", "--pidfile=/dev/null",
        ], "Startup complete");
        _control.Connect(new IPEndPoint(Address.ToIPAddress(), ControlPort));
        for (int call = 0; call < calls; call++)
        {
            (NetEndpoint forCallee, NetEndpoint forCaller) = SetUp(call);
            load.Aim(call, 0, forCaller);
            load.Aim(call, 1, forCallee);
        }
    }

    public override void Turn(int callsPerSecond)
    {
        Instant now = MonotonicClock.Now;
        if (callsPerSecond > 0 && now >= _nextShort)
        {
            _nextShort = (_nextShort == default ? now : _nextShort) + TimeSpan.FromSeconds(1.0 / callsPerSecond);
            _ = SetUp(_next);
            _shortCalls.Enqueue((now + TimeSpan.FromMilliseconds(200), _next++));
        }
        while (_shortCalls.TryPeek(out (Instant End, int Call) oldest) && oldest.End <= now)
        {
            _ = _shortCalls.Dequeue();
            _ = Ask(("command", "delete"), ("call-id", IdOf(oldest.Call)), ("from-tag", "a"), ("delete-delay", "0"));
            _done++;
        }
        Thread.Sleep(2);
    }

    public override void Dispose()
    {
        base.Dispose();
        _control.Dispose();
    }

    private static string IdOf(int call) => string.Create(CultureInfo.InvariantCulture, $"load-{call}");

    // What the callee is told to send to, and what the caller is.
    private (NetEndpoint ForCallee, NetEndpoint ForCaller) SetUp(int call)
    {
        string offer = Ask(("command", "offer"), ("call-id", IdOf(call)), ("from-tag", "a"), ("sdp", Sdp(call, 0)));
        string answer = Ask(("command", "answer"), ("call-id", IdOf(call)), ("from-tag", "a"), ("to-tag", "b"), ("sdp", Sdp(call, 1)));
        return (RelayIn(offer), RelayIn(answer));
    }

    private string Sdp(int call, int side)
    {
        NetEndpoint media = _load!.MediaOf(call, side);
        return $"v=0\r\no=- 1 1 IN IP4 {media.Address}\r\ns=-\r\nc=IN IP4 {media.Address}\r\nt=0 0\r\nm=audio {media.Port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n";
    }

    private static NetEndpoint RelayIn(string answer)
    {
        int port = answer.IndexOf("m=audio ", StringComparison.Ordinal);
        return port < 0
            ? throw new InvalidOperationException($"rtpengine refuses a call: {answer}")
            : new NetEndpoint(Address, ushort.Parse(answer[(port + 8)..].Split(' ')[0], CultureInfo.InvariantCulture));
    }

    private string Ask(params (string Key, string Value)[] fields)
    {
        string cookie = Guid.NewGuid().ToString("N");
        var request = new StringBuilder(cookie).Append(" d");
        foreach ((string key, string value) in fields)
        {
            _ = request.Append(CultureInfo.InvariantCulture, $"{key.Length}:{key}{value.Length}:{value}");
        }
        _ = _control.Send(Encoding.ASCII.GetBytes(request.Append('e').ToString()));
        string answer;
        do
        {
            answer = Encoding.ASCII.GetString(_answer, 0, _control.Receive(_answer));
        }
        while (!answer.StartsWith(cookie, StringComparison.Ordinal));
        return answer;
    }
}
