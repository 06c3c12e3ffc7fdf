namespace EdgePbx.Core.Tests;

/// <summary>
/// A whole good call, from REGISTER to BYE, in which one line of one message of either phone is damaged. Whatever becomes of the call, at
/// its end nobody is in it any more: not the box, and not the phone that did nothing wrong.
/// </summary>
internal sealed class DamagedCall : IDisposable
{
    /// <summary>By these a message is found to belong to something (RFC 3261 17.1.3, 17.2.3, 12.2.2): damaged, it may belong to nothing.</summary>
    private static readonly string[] Names = ["Via", "Call-ID", "CSeq", "From", "To"];

    private readonly PbxWorld _world;
    private readonly SteadyPhone[] _phones;
    private readonly Story _story;
    private readonly LineDamage _damage;
    private readonly int _target;
    private readonly bool _isLasting;
    private string? _meant; // the damaged message, as it was before
    private SipFlow _from;
    private int _sent;

    /// <param name="story">What the phones do.</param>
    /// <param name="target">Which message of both phones is damaged, in the order in which they are sent; -1: none.</param>
    /// <param name="damage">What happens to it.</param>
    /// <param name="isLasting">Its copies are damaged too: the phone means it so. Else the network did it.</param>
    public DamagedCall(Story story, int target, LineDamage damage, bool isLasting)
    {
        (_story, _damage, _target, _isLasting) = (story, damage, target, isLasting);
        _world = new PbxWorld();
        SipTransport transport = story.IsTcp ? SipTransport.Tcp : SipTransport.Udp;
        _phones = [New("1001", 11), New("1002", 12)];
        _world.Changes = Damage;

        SteadyPhone New(string number, byte host) => new(_world, _world.Phone(number, host, transport), story.IsReliable);
    }

    /// <summary>How many messages the phones have sent.</summary>
    public int Sent => _sent;

    /// <summary>For whoever looks why it failed.</summary>
    public string What => _meant is null ? "nothing was damaged" : $"{_damage.Harm} {_damage.NameIn(_meant)} of {_meant[.._meant.IndexOf("\r\n", StringComparison.Ordinal)]} from {_from.Remote}";

    private bool HasName => _meant is not null && Names.Any(name => _damage.NameIn(_meant).StartsWith(name, StringComparison.OrdinalIgnoreCase))
        || (_story.IsTcp && _meant is not null && _damage.NameIn(_meant).StartsWith("Content-Length", StringComparison.OrdinalIgnoreCase));

    public static void Play(byte[] bytes)
    {
        if (bytes.Length < 5)
        {
            return;
        }
        var story = Story.Of(bytes[0]);
        using var call = new DamagedCall(story, bytes[1] % MessagesOf(story), new LineDamage(bytes[2], (Harm)(bytes[3] % Enum.GetValues<Harm>().Length), bytes[4]), (bytes[0] & 1) != 0);
        call.Play();
    }

    /// <summary>How many messages the phones send when nothing happens to them.</summary>
    public static int MessagesOf(Story story)
    {
        lock (Lengths)
        {
            if (!Lengths.TryGetValue(story, out int length))
            {
                using var call = new DamagedCall(story, -1, new LineDamage(0, Harm.Gone, 0), isLasting: false);
                call.Play();
                Lengths[story] = length = call.Sent;
            }
            return length;
        }
    }

    public void Play()
    {
        (SteadyPhone caller, SteadyPhone callee) = (_phones[0], _phones[1]);
        caller.Register();
        callee.Register();
        Pass(2);
        caller.Dial("1002", _story.IsLateOffer);
        Pass(2);
        if (_story.IsCancelled)
        {
            caller.HangUp();
            Pass(2);
        }
        callee.PickUp();
        Pass(2);
        if (_story.Change.Length > 0)
        {
            SteadyPhone changer = _story.IsChangedByCallee ? callee : caller;
            changer.Change(_story.Change, "sendonly");
            Pass(2);
            changer.Info();
            Pass(2);
        }
        HangUp(_phones[_story.IsEndedByCallee ? 1 : 0]);
        Pass(40); // whatever was lost is given up
        SteadyPhone damaged = _meant is not null && _from == callee.Phone.Flow ? callee : caller;
        SteadyPhone good = damaged == caller ? callee : caller;
        HangUp(good);
        Pass(5);
        HangUp(damaged);
        Pass(300); // the longest that a phone waits for an answer
        Assert.True(_world.Gauges.Calls == 0, $"a call is left after {What}");
        AssertOver(good);
        if (_meant is null)
        {
            AssertOver(damaged);
            Assert.True(_story.IsCancelled || (caller.Line!.IsUp && callee.Line!.IsUp), "a good story is good");
        }
        AssertAcknowledged();
        _world.AssertNothingIsOwned();
        WireRules.AssertKept(_world.Sent);
    }

    public void Dispose()
    {
        _world.EndsWithNothingOwned = false; // it was checked, or the story broke off
        _world.Dispose();
    }

    private static readonly Dictionary<Story, int> Lengths = [];

    private string Damage(SipFlow from, string text)
    {
        bool isTarget = _sent++ == _target;
        if (isTarget)
        {
            (_meant, _from) = (text, from);
        }
        return isTarget || (_isLasting && text == _meant && from == _from) ? _damage.Apply(text) : text;
    }

    /// <summary>BYE ends the call there and then, also a damaged one that can be told to belong to it.</summary>
    private void HangUp(SteadyPhone phone)
    {
        bool wasUp = phone.Line is { IsUp: true, IsOver: false };
        int before = _sent;
        phone.HangUp();
        bool isLost = HasName && _target >= before && _target < _sent;
        if (wasUp && !isLost)
        {
            Pass(1);
            CallSnapshot[] calls = [.. _world.Engine.Snapshot(_world.Now).Calls.Where(call => call.State is "established")];
            Assert.True(calls.Length == 0, $"a BYE of {phone.Phone.Number} ended nothing after {What}");
        }
    }

    private void AssertOver(SteadyPhone phone) =>
        Assert.True(phone.Line is null or { IsOver: true } || (phone.Line is { IsUp: false, HasAccepted: false, Ringing: null }), $"{phone.Phone.Number} is left behind after {What}");

    /// <summary>Each 2xx to an INVITE got an ACK (RFC 3261 13.2.2.4), if it could be told whose it is.</summary>
    private void AssertAcknowledged()
    {
        var acknowledged = _world.Sent.Select(sent => sent.Message).Where(message => !message.IsResponse && message.Method == "ACK")
            .Select(ack => (ack["Call-ID"], ack.CSeq)).ToHashSet();
        bool isExcused = _meant is not null && _meant.StartsWith("SIP/2.0 200", StringComparison.Ordinal) && HasName;
        foreach (SteadyPhone phone in _phones)
        {
            foreach ((string CallId, uint CSeq) answer in phone.Accepted)
            {
                Assert.True(acknowledged.Contains(answer) || (isExcused && _from == phone.Phone.Flow), $"no ACK for {answer} after {What}");
            }
        }
    }

    private void Pass(double seconds)
    {
        for (double passed = 0; passed < seconds; passed += 0.25)
        {
            foreach (SteadyPhone phone in _phones)
            {
                phone.Turn();
            }
            _world.Advance(0.25);
        }
    }
}

/// <summary>What the phones do in a damaged call.</summary>
internal sealed record Story(string Change, bool IsChangedByCallee, bool IsEndedByCallee, bool IsReliable, bool IsLateOffer, bool IsCancelled, bool IsTcp)
{
    /// <summary>The last bit is not looked at.</summary>
    public static Story Of(byte bits)
    {
        int kind = bits >> 1;
        return new Story((kind & 3) switch { 0 => "", 1 => "UPDATE", _ => "INVITE" }, (kind & 3) == 3, (kind & 4) != 0, (kind & 24) == 8, (kind & 24) == 16, (kind & 24) == 24, (kind & 96) == 96);
    }
}
