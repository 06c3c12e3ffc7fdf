namespace EdgePbx.Simulation;

// what a phone does by itself in a call that is up
internal sealed partial class SimPhone
{
    private void OnConfirmed(Dialog dialog, TimeSpan talkTime)
    {
        if (dialog.IsConfirmedOnce)
        {
            return; // an ACK to a later INVITE
        }
        dialog.IsConfirmedOnce = true;
        talkTime = Does(Kinds.EarlyHangUp, 0.3) ? _rng.Between(0, 0.3) : talkTime;
        if (!Does(Kinds.NeverHangsUp, 0.3))
        {
            Agenda.After(talkTime, () => HangUp(dialog));
        }
        double seconds = Math.Min(talkTime.TotalSeconds, 300);
        Some(Kinds.Changes, 0.6, 3, seconds, () => Change(dialog));
        Some(Kinds.Glare, 0.6, 2, 0, () => Change(dialog), at: _rng.Pick(1, 5, 10)); // the other side may choose the same moment
        Some(Kinds.OtherRequests, 0.5, 2, seconds, () => AskSomething(dialog));
        Some(Kinds.Garbage, 0.6, 3, seconds, () => SendGarbage(dialog));
        Some(Kinds.Moves, 0.15, 1, seconds, Move);
        Some(Kinds.ReRegisters, 0.5, 1, seconds, () =>
        {
            if (_rng.Chance(0.3))
            {
                Unregister();
            }
            Register();
        });
        Some(Kinds.Vanishes, 0.1, 1, seconds, () => Vanish(Agenda.Now + _rng.Between(1, 300)));
    }

    /// <summary>Does something up to so many times, at any moments or at one.</summary>
    private void Some(Kinds kind, double probability, int most, double seconds, Action deed, double? at = null)
    {
        int count = 1 + _rng.Below(most);
        bool does = Does(kind, probability);
        for (int i = 0; i < count; i++)
        {
            TimeSpan when = _rng.Between(0, seconds);
            when = at is { } fixedMoment ? TimeSpan.FromSeconds(fixedMoment * (i + 1)) : when;
            if (does)
            {
                Agenda.After(when, deed);
            }
        }
    }

    /// <summary>BYE, once; whatever comes of it, the phone is done with the call.</summary>
    private void HangUp(Dialog dialog)
    {
        if (dialog.IsOver || IsGone)
        {
            return;
        }
        dialog.State = DialogState.Ended;
        Ask(dialog, "BYE", "", "", static _ => { });
        if (dialog.Plan is { } plan)
        {
            Redial(plan);
        }
    }

    /// <summary>At the end of the day: most phones hang up.</summary>
    public void GoHome()
    {
        foreach (Dialog dialog in _dialogs.Values)
        {
            if (dialog.State == DialogState.Confirmed && !Does(Kinds.NeverHangsUp, 0.5))
            {
                HangUp(dialog);
            }
        }
        if (_rng.Chance(0.5))
        {
            Unregister();
        }
    }

    private bool IsIdle(Dialog dialog) =>
        dialog.State == DialogState.Confirmed && !IsGone && !IsEvening && !dialog.IsInviting && !dialog.IsUpdating && dialog.Serving is null;

    private void Change(Dialog dialog)
    {
        if (!IsIdle(dialog))
        {
            return;
        }
        int deed = _rng.Below(6);
        if (deed < 3)
        {
            dialog.Direction = deed == 0 ? "sendonly" : deed == 1 ? "inactive" : "sendrecv";
        }
        dialog.MediaLines += deed == 3 && dialog.MediaLines < 3 ? 1 : 0;
        bool isLate = deed == 4;
        if (deed == 5 && _knowsUpdate)
        {
            AskUpdate(dialog, Offer(dialog, changes: true), refreshes: false);
            return;
        }
        AskInvite(dialog, isLate ? "" : Offer(dialog, changes: true), SessionOf(dialog));
    }

    private void AskInvite(Dialog dialog, string body, string session)
    {
        dialog.IsInviting = true;
        bool isLate = body.Length == 0;
        Client? client = null;
        client = Ask(dialog, "INVITE", $"{Contact}{Allow}{session}", body, response =>
        {
            dialog.IsInviting = false;
            if (response is { Status: < 300 })
            {
                dialog.Target = response.ContactUri is { Length: > 0 } target ? target : dialog.Target;
                if (!Does(Kinds.NoAck, 0.2))
                {
                    client!.Ack = SendAck(dialog, response.CSeq, isLate && response.HasBody ? Answer(dialog, response.Body) : "");
                }
                FollowSession(dialog, response, isOurRequest: true);
            }
            OnRefused(dialog, response);
        });
        TimeSpan patience = _rng.Between(0.1, 10);
        if (Does(Kinds.Cancel, 0.1))
        {
            Agenda.After(patience, () =>
            {
                if (client is { IsDone: false, HasProvisional: true })
                {
                    var sent = new Packet(client.Text);
                    string text = Write("CANCEL", dialog.Target, dialog.CallId, sent.From, sent.To, client.CSeq, client.Branch, client.Stream, "", "");
                    Start(new Client("CANCEL", client.Branch, text, client.CSeq, client.Stream, static _ => { }));
                }
            });
        }
    }

    private void AskUpdate(Dialog dialog, string body, bool refreshes)
    {
        dialog.IsUpdating = true;
        string session = refreshes || _rng.Chance(0.5) ? SessionOf(dialog) : "";
        _ = Ask(dialog, "UPDATE", $"{Contact}{Allow}{session}", body, response =>
        {
            dialog.IsUpdating = false;
            if (response is { Status: < 300 })
            {
                FollowSession(dialog, response, isOurRequest: true);
            }
            OnRefused(dialog, response);
        });
    }

    /// <summary>RFC 3261 12.2.1.2: no such dialog, or nobody there, ends it.</summary>
    private void OnRefused(Dialog dialog, Packet? response)
    {
        if (response is null or { Status: 408 or 481 })
        {
            HangUp(dialog);
        }
        else if (response.Status == 422)
        {
            dialog.MinSe = (int)Math.Max(dialog.MinSe, response.Number("Min-SE"));
        }
        else if (response.Status >= 300 && dialog.Interval > 0)
        {
            Agenda.After(_rng.Between(2, 8), () => Refresh(dialog, dialog.TimerAge));
        }
    }

    private void AskSomething(Dialog dialog)
    {
        if (dialog.State != DialogState.Confirmed || IsGone || IsEvening)
        {
            return;
        }
        int deed = _rng.Below(6);
        switch (deed)
        {
            case 0 or 1:
                Ask(dialog, "INFO", "", "", static _ => { });
                break;
            case 2:
                Ask(dialog, "OPTIONS", "", "", static _ => { });
                break;
            case 3:
                Ask(dialog, "REFER", "Refer-To: <sip:1001@office.example>\r\n", "", static _ => { });
                break;
            case 4:
                Ask(dialog, "INFO", "Require: nonsense\r\n", "", static _ => { });
                break;
            default:
                Ask(dialog, "MESSAGE", "", "", static _ => { });
                break;
        }
    }

    private Client Ask(Dialog dialog, string method, string extra, string body, Action<Packet?> onFinal)
    {
        dialog.CSeq++;
        string branch = NewBranch();
        Stream? way = Way();
        string supported = _knowsTimer ? "Supported: timer\r\n" : "";
        string text = Write(method, dialog.Target, dialog.CallId, dialog.Local, dialog.Remote, dialog.CSeq, branch, way, supported + extra, body);
        var client = new Client(method, branch, text, dialog.CSeq, way, onFinal);
        Start(client);
        return client;
    }

    private string SessionOf(Dialog dialog) =>
        dialog.Interval == 0 || !_knowsTimer ? "" : $"Session-Expires: {Math.Max(dialog.Interval, dialog.MinSe)};refresher={_rng.Pick("uac", "uac", "uas")}\r\n{(dialog.MinSe > 0 ? $"Min-SE: {dialog.MinSe}\r\n" : "")}";

    /// <summary>What a 2xx says of the session timer.</summary>
    private void FollowSession(Dialog dialog, Packet response, bool isOurRequest)
    {
        dialog.Interval = (int)response.Number("Session-Expires");
        dialog.TimerAge++;
        if (dialog.Interval == 0 || !_knowsTimer)
        {
            return;
        }
        bool isUac = response["Session-Expires"].Contains("uac", StringComparison.Ordinal);
        if (isUac == isOurRequest)
        {
            PlanRefresh(dialog);
        }
    }

    /// <summary>Our terms for a 2xx to an INVITE or UPDATE of the box's, as whole lines.</summary>
    private string AnswerSession(Dialog dialog, Packet request)
    {
        uint asked = request.Number("Session-Expires");
        dialog.TimerAge++;
        dialog.Interval = (int)asked;
        if (asked == 0 || !_knowsTimer)
        {
            dialog.Interval = 0;
            return "";
        }
        string given = Packet.Parameter(request["Session-Expires"], "refresher");
        string refresher = given.Length > 0 ? given : _rng.Pick("uac", "uas");
        if (refresher == "uas")
        {
            PlanRefresh(dialog);
        }
        return $"Supported: timer\r\nRequire: timer\r\nSession-Expires: {asked};refresher={refresher}\r\n";
    }

    private void PlanRefresh(Dialog dialog)
    {
        int age = dialog.TimerAge;
        if (!Does(Kinds.RefusesRefresh, 0.4))
        {
            Agenda.After(TimeSpan.FromSeconds(dialog.Interval / 2.0), () => Refresh(dialog, age));
        }
    }

    private void Refresh(Dialog dialog, int age)
    {
        if (dialog.TimerAge != age || dialog.IsOver || IsGone || IsEvening)
        {
            return;
        }
        if (!IsIdle(dialog))
        {
            Agenda.After(TimeSpan.FromSeconds(2), () => Refresh(dialog, age));
        }
        else if (_knowsUpdate && _rng.Chance(0.6))
        {
            AskUpdate(dialog, "", refreshes: true);
        }
        else
        {
            AskInvite(dialog, Offer(dialog, changes: false), SessionOf(dialog));
        }
    }

    private void SendGarbage(Dialog dialog)
    {
        if (IsGone || IsEvening)
        {
            return;
        }
        string method = _rng.Pick("INVITE", "UPDATE", "INFO", "BYE", "PRACK", "ACK");
        string text = Write(method, dialog.Target, dialog.CallId, dialog.Local, dialog.Remote, dialog.CSeq + 1, $"{NewBranch()}-garbage", null, Contact, _rng.Chance(0.3) ? Offer(dialog, changes: false) : "");
        char[] letters = text.ToCharArray();
        switch (_rng.Below(5))
        {
            case 0:
                for (int i = 0; i < 200 && i < letters.Length; i++)
                {
                    letters[i] = (char)_rng.Below(256);
                }
                break;
            case 1:
                letters = letters[.._rng.Below(letters.Length)];
                break;
            case 2:
                letters = $"SIP/2.0 {_rng.Below(1000)} X\r\n{text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..]}".ToCharArray();
                break;
            case 3:
                letters = text.Replace($"CSeq: {dialog.CSeq + 1}", $"CSeq: {_rng.Pick("0", "-1", "99999999999", "x", "1")}", StringComparison.Ordinal).ToCharArray();
                break;
            default:
                for (int i = 0; i < 6; i++)
                {
                    letters[_rng.Below(letters.Length)] = (char)_rng.Below(256);
                }
                break;
        }
        Send(new string(letters), null, isGarbage: true);
    }
}
