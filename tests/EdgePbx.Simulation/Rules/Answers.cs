using EdgePbx.Core;

namespace EdgePbx.Simulation;

/// <summary>The box answers only what it was asked.</summary>
internal sealed class ResponsesHaveRequests : Rule
{
    private readonly HashSet<(string, string)> _asked = [];
    private readonly HashSet<int> _scribblers = [];
    private Instant _lastGarbage;

    public override void OnReceived(Packet packet)
    {
        if (!packet.IsResponse)
        {
            _ = _asked.Add((packet.Branch, packet.Method));
        }
        if (packet.IsGarbage)
        {
            _ = _scribblers.Add(packet.Phone);
            _lastGarbage = packet.At; // what of it the engine could read, and where to it answers, is not ours to say
        }
    }

    public override void OnSent(Packet packet)
    {
        if (packet.IsResponse && !_asked.Contains((packet.Branch, packet.Method)) && !_scribblers.Contains(packet.Phone) && _lastGarbage != packet.At)
        {
            Broken(packet.At, $"{packet} answers nothing that was asked", packet);
        }
    }
}

/// <summary>
/// Every request gets a final response, whatever becomes of its dialog. Credentials of a phone that had wrong ones before may stay unheard
/// (ADR 19): guessing is slow, and at last in vain.
/// </summary>
internal sealed class RequestsAreAnswered : Rule
{
    private readonly Dictionary<(string, string), Packet> _open = [];
    private readonly HashSet<(string, string)> _answered = [];
    private readonly HashSet<int> _refused = [];

    public override void OnReceived(Packet packet)
    {
        (string, string) key = (packet.Branch, packet.Method);
        bool isWithheld = _refused.Contains(packet.Phone) && HasCredentials(packet);
        if (packet is { IsResponse: false, IsGarbage: false } && packet.Method != "ACK" && !_answered.Contains(key) && !isWithheld)
        {
            _ = _open.TryAdd(key, packet);
        }
    }

    public override void OnSent(Packet packet)
    {
        if (packet is { IsResponse: true, Status: >= 200 })
        {
            if (packet.Status == 401 && _open.TryGetValue((packet.Branch, packet.Method), out Packet? asked) && HasCredentials(asked))
            {
                _ = _refused.Add(packet.Phone);
            }
            _ = _open.Remove((packet.Branch, packet.Method));
            _ = _answered.Add((packet.Branch, packet.Method));
        }
    }

    public override void OnEnd(in EndState end)
    {
        foreach (Packet packet in _open.Values)
        {
            Broken(end.At, $"{packet} got no final response", packet);
            return;
        }
    }

    private static bool HasCredentials(Packet packet) => packet.Text.Contains("\r\nAuthorization: ", StringComparison.Ordinal);
}

/// <summary>C-13, C-16: one final status for a request, no provisional one after it, one To tag, while its transaction lives.</summary>
internal sealed class OneFinalResponse : Rule
{
    private readonly Dictionary<(string, string, string), (int Status, Instant Since, string Tag)> _final = [];

    public override void OnSent(Packet packet)
    {
        if (!packet.IsResponse || packet.Status == 100 || packet.CSeq == 0 || packet.Branch.Length == 0)
        {
            return; // what could hardly be read has no name by which its answers could be told
        }
        (string, string, string) key = (packet.Branch, packet.Method, packet.CallId);
        if (!_final.TryGetValue(key, out (int Status, Instant Since, string Tag) final))
        {
            _final[key] = (packet.Status, packet.At, packet.ToTag);
            return;
        }
        if (final.Status == packet.Status && final.Tag == packet.ToTag)
        {
            return; // a copy
        }
        TimeSpan life = final.Status < 200 ? TimeSpan.MaxValue : packet.Method == "INVITE" && final.Status >= 300 ? SipTimers.T4 : SipTimers.Timeout;
        if (packet.At - final.Since > life || final.Status is 401 or 481 or 482 or 503 or 405 or 420 or 416)
        {
            _final[key] = (packet.Status, packet.At, packet.ToTag); // its transaction may be over, or there never was one: what comes now is a request of its own
            return;
        }
        if (final.Status >= 200 && final.Status != packet.Status)
        {
            Broken(packet.At, $"{packet} after {final.Status}", packet);
        }
        if (final.Tag != packet.ToTag)
        {
            Broken(packet.At, $"{packet} has another To tag than the {final.Status} before", packet);
        }
        if (final.Status < 200)
        {
            _final[key] = (packet.Status, packet.At, packet.ToTag);
        }
    }
}
