namespace EdgePbx.Core.Tests;

/// <summary>One step of a history: what somebody does, or what befalls the wire.</summary>
internal enum Deed : byte
{
    Invite, InviteWithoutOffer, InviteBothWays,
    Ring, RingReliably, EarlyMedia, EarlyMediaReliably,
    Answer, Busy, Decline, NotFound, GoneDialog, Glare,
    Acknowledge, Prack, WrongPrack, Cancel, ByeByCaller, ByeByCallee,
    HoldByCaller, HoldByCallee, ResumeByCaller, AskForOffer, UpdateByCaller, UpdateByCallee, InfoByCaller, InfoByCallee,
    AnswerCaller, RefuseCaller, LoseNextToBox, LoseNextFromBox, RepeatLast, RelayHangs, RelayWakes,
    WaitOne, WaitForty, WaitHundred,
}

/// <summary>A caller, two phones of the callee and the box, and whatever steps chance puts together.</summary>
internal sealed class CallHistory : IDisposable
{
    private readonly PbxWorld _world;
    private readonly HistoryPhone _caller;
    private readonly HistoryPhone[] _callees;
    private int _losses;
    private bool _isFalsified;

    public CallHistory(int seed, bool isShortSession)
    {
        _world = new PbxWorld(isShortSession ? PbxWorld.DefaultSettings with { SessionInterval = TimeSpan.FromSeconds(90) } : null, seed);
        _caller = Registered("1001", 11);
        _callees = [Registered("1002", 12), Registered("1002", 22)];
        _world.Drops = (_, _) => _losses > 0 && _losses-- > 0;
    }

    public void Play(IEnumerable<Deed> deeds)
    {
        foreach (Deed deed in deeds)
        {
            Step(deed);
        }
        End();
    }

    public void Step(Deed deed)
    {
        Do(deed);
        Listen();
    }

    /// <summary>Something reaches the box that no phone of this history has meant: from then on only the box must keep order.</summary>
    /// <param name="back">How many messages ago the one was sent that is falsified, or sent again as it was; the last one is 0.</param>
    /// <param name="falsify">Its bytes, changed.</param>
    public void Falsify(int back, Func<byte[], byte[]> falsify)
    {
        _isFalsified = true;
        (SipFlow from, byte[] bytes) = _world.SentToBox[^(1 + (back % _world.SentToBox.Count))];
        _world.Deliver(from, falsify(bytes));
        Listen();
    }

    /// <summary>All hang up, and all must be given back.</summary>
    public void End()
    {
        HangUpAndFallSilent();
        if (_isFalsified)
        {
            _world.Shutdown(); // a call whose phones have lost the thread goes on, and may
            _world.Advance(100);
        }
        _world.AssertNothingIsOwned();
        if (!_isFalsified)
        {
            WireRules.AssertKept(_world.Sent);
            AssertAllAnswersWereAcknowledged();
        }
    }

    public void Dispose()
    {
        _world.EndsWithNothingOwned = false; // it was checked, or the story broke off
        _world.Dispose();
    }

    /// <summary>RFC 3261 13.2.2.4: whatever has become of the call.</summary>
    private void AssertAllAnswersWereAcknowledged()
    {
        var acknowledged = _world.Sent.Select(sent => sent.Message).Where(message => !message.IsResponse && message.Method == "ACK")
            .Select(ack => (ack["Call-ID"], ack.ToTag, ack.CSeq)).ToHashSet();
        Assert.All(_callees.Append(_caller).SelectMany(phone => phone.Accepted), answer => Assert.Contains(answer, acknowledged));
    }

    private void Listen()
    {
        _caller.Take();
        Array.ForEach(_callees, callee => callee.Take());
    }

    private void HangUpAndFallSilent()
    {
        (_losses, _world.LosesNext, _world.RelayConfirmsAtOnce) = (0, false, true);
        _world.ConfirmRelays();
        _caller.Cancel();
        _caller.Bye();
        Array.ForEach(_callees, callee => callee.Bye());
        _world.Advance(100);
    }

    private void Do(Deed deed)
    {
        switch (deed)
        {
            case Deed.Invite or Deed.InviteWithoutOffer or Deed.InviteBothWays:
                (_losses, _world.LosesNext) = (0, false);
                _caller.Invite("1002", deed == Deed.InviteWithoutOffer, deed != Deed.Invite);
                break;
            case Deed.LoseNextToBox:
                _world.LosesNext = true;
                break;
            case Deed.LoseNextFromBox:
                _losses = 1;
                break;
            case Deed.RepeatLast:
                _world.RepeatLast();
                break;
            case Deed.RelayHangs or Deed.RelayWakes:
                _world.RelayConfirmsAtOnce = deed == Deed.RelayWakes;
                break;
            case Deed.WaitOne or Deed.WaitForty or Deed.WaitHundred:
                _world.Advance(deed == Deed.WaitOne ? 1 : deed == Deed.WaitForty ? 40 : 100);
                break;
            case >= Deed.Ring and <= Deed.Glare:
                Array.ForEach(_callees, callee => Respond(callee, deed));
                break;
            default:
                Ask(deed);
                break;
        }
    }

    private static void Respond(HistoryPhone phone, Deed deed)
    {
        switch (deed)
        {
            case Deed.Answer:
                phone.Answer(200);
                break;
            case Deed.Busy:
                phone.Answer(486);
                break;
            case Deed.Decline:
                phone.Answer(603);
                break;
            case Deed.NotFound:
                phone.Answer(404);
                break;
            case Deed.GoneDialog:
                phone.Answer(481);
                break;
            case Deed.Glare:
                phone.Answer(491);
                break;
            default:
                phone.Ring(deed is Deed.RingReliably or Deed.EarlyMediaReliably, deed is Deed.EarlyMedia or Deed.EarlyMediaReliably);
                break;
        }
    }

    private void Ask(Deed deed)
    {
        switch (deed)
        {
            case Deed.Acknowledge:
                _caller.Acknowledge();
                Array.ForEach(_callees, callee => callee.Acknowledge());
                break;
            case Deed.Prack or Deed.WrongPrack:
                _caller.Prack(deed == Deed.Prack);
                break;
            case Deed.Cancel:
                _caller.Cancel();
                break;
            case Deed.ByeByCaller:
                _caller.Bye();
                break;
            case Deed.ByeByCallee:
                _callees[0].Bye();
                break;
            case Deed.HoldByCaller or Deed.ResumeByCaller or Deed.AskForOffer:
                _caller.Change("INVITE", deed == Deed.HoldByCaller ? "sendonly" : "sendrecv", deed == Deed.AskForOffer);
                break;
            case Deed.HoldByCallee:
                _callees[0].Change("INVITE", "inactive", isLateOffer: false);
                break;
            case Deed.UpdateByCaller:
                _caller.Change("UPDATE", "sendonly", isLateOffer: false);
                break;
            case Deed.UpdateByCallee:
                _callees[0].Change("UPDATE", "recvonly", isLateOffer: false);
                break;
            case Deed.InfoByCaller:
                _caller.Info();
                break;
            case Deed.InfoByCallee:
                _callees[0].Info();
                break;
            case Deed.AnswerCaller or Deed.RefuseCaller:
                _caller.Answer(deed == Deed.AnswerCaller ? 200 : 488);
                break;
        }
    }

    private HistoryPhone Registered(string number, byte host)
    {
        Phone phone = _world.Phone(number, host);
        phone.Register();
        return new HistoryPhone(_world, phone);
    }
}
