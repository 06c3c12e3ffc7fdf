namespace EdgePbx.Simulation;

// the caller's side until the call is up
internal sealed partial class SimPhone
{
    public void Call(CallPlan plan) => Call(plan, callId: null);

    private void Call(CallPlan plan, string? callId)
    {
        if (IsGone || IsEvening)
        {
            return;
        }
        bool reuses = plan.ReusesCallId && _callIds.Count > 0 && _world.Weather.Has(Kinds.ReusesCallId);
        string name = callId ?? (reuses ? _callIds[_rng.Below(_callIds.Count)] : $"call-{plan.Index}-{++_counter}");
        string tag = plan.ReusesTag && _world.Weather.Has(Kinds.ReusesCallId) ? $"p{Index}t" : NewTag();
        _callIds.Add(name);
        var dialog = new Dialog
        {
            CallId = name,
            LocalTag = tag,
            Local = $"<{Uri}>;tag={tag}",
            Remote = $"<sip:{plan.Callee}@office.example>",
            Target = $"sip:{plan.Callee}@office.example",
            IsCaller = true,
            Plan = plan,
            CSeq = (uint)_rng.Below(100000),
            MediaPort = 40000 + (2 * (++_counter % 5000)),
            MediaLines = _rng.Chance(0.15) ? 2 : 1,
        };
        var attempt = new Attempt(dialog, plan);
        SendInvite(attempt, _digest.HasNonce && _rng.Chance(0.7));
        if (plan.Cancels && _world.Weather.Has(Kinds.Cancel))
        {
            Agenda.After(plan.CancelAfter, () => Cancel(attempt));
        }
        Agenda.After(TimeSpan.FromSeconds(190), () => Cancel(attempt)); // nobody waits longer
    }

    private void SendInvite(Attempt attempt, bool withCredentials)
    {
        (Dialog dialog, CallPlan plan) = (attempt.Dialog, attempt.Plan);
        dialog.CSeq++;
        string branch = NewBranch();
        bool isLate = plan.IsLateOffer && _world.Weather.Has(Kinds.LateOffer);
        bool knowsReliable = plan.KnowsReliable && _world.Weather.Has(Kinds.Reliable);
        string extensions = knowsReliable && plan.WantsReliable ? "Require: 100rel\r\n" : "";
        string supported = (knowsReliable, _knowsTimer) switch
        {
            (true, true) => "Supported: 100rel, timer\r\n",
            (true, false) => "Supported: 100rel\r\n",
            (false, true) => "Supported: timer\r\n",
            _ => "",
        };
        string session = dialog.MinSe > 0 ? $"Session-Expires: {dialog.MinSe}\r\nMin-SE: {dialog.MinSe}\r\n"
            : plan.IsSessionTooShort && _world.Weather.Has(Kinds.IntervalTooSmall) ? "Session-Expires: 30\r\n" : _knowsTimer ? plan.Session : "";
        string expires = plan.Expires > 0 ? $"Expires: {plan.Expires}\r\n" : "";
        string credentials = withCredentials ? _digest.Credentials("INVITE", dialog.Target) : "";
        Stream? way = Way();
        string text = Write("INVITE", dialog.Target, dialog.CallId, dialog.Local, dialog.Remote, dialog.CSeq, branch, way,
            $"{Contact}{Allow}{supported}{extensions}{session}{expires}{credentials}", isLate ? "" : Offer(dialog, changes: false));
        attempt.Client = new Client("INVITE", branch, text, dialog.CSeq, way, response => OnInviteAnswered(attempt, response))
        {
            OnProvisional = response => OnProvisional(attempt, response),
        };
        Start(attempt.Client);
    }

    private void Cancel(Attempt attempt)
    {
        if (attempt.Client is not { IsDone: false } invite || attempt.IsCancelled || IsGone)
        {
            return;
        }
        if (!invite.HasProvisional)
        {
            attempt.WantsCancel = true;
            return;
        }
        attempt.IsCancelled = true;
        Dialog dialog = attempt.Dialog;
        var sent = new Packet(invite.Text);
        string text = Write("CANCEL", dialog.Target, dialog.CallId, dialog.Local, sent.To, invite.CSeq, invite.Branch, invite.Stream, "", "");
        Start(new Client("CANCEL", invite.Branch, text, invite.CSeq, invite.Stream, static _ => { }));
    }

    private void OnProvisional(Attempt attempt, Packet response)
    {
        if (attempt.WantsCancel)
        {
            attempt.WantsCancel = false;
            Cancel(attempt);
            return;
        }
        Dialog dialog = attempt.Dialog;
        if (response.ToTag.Length == 0 || attempt.IsCancelled)
        {
            return;
        }
        Learn(dialog, response);
        _dialogs[Name(dialog.CallId, dialog.LocalTag)] = dialog;
        uint number = response.Number("RSeq");
        if (number > dialog.LastRSeq)
        {
            dialog.LastRSeq = number;
            if (!Does(Kinds.BadAnswers, 0.1))
            {
                bool isLate = attempt.Plan.IsLateOffer && _world.Weather.Has(Kinds.LateOffer);
                string body = isLate && response.HasBody ? Answer(dialog, response.Body) : "";
                Ask(dialog, "PRACK", $"RAck: {number} {response.CSeq} INVITE\r\n", body, static _ => { });
            }
        }
        if (Does(Kinds.OtherRequests, 0.05))
        {
            Ask(dialog, "INFO", "", "", static _ => { });
        }
        if (Does(Kinds.EarlyHangUp, 0.03))
        {
            HangUp(dialog); // a BYE in the early dialog, which a caller may send (RFC 3261 15)
        }
        if (Does(Kinds.Changes, 0.05) && _knowsUpdate)
        {
            Ask(dialog, "UPDATE", Contact, Offer(dialog, changes: true), static _ => { });
        }
    }

    private void OnInviteAnswered(Attempt attempt, Packet? response)
    {
        (Dialog dialog, CallPlan plan) = (attempt.Dialog, attempt.Plan);
        if (response is null || IsGone)
        {
            dialog.State = DialogState.Ended;
            return;
        }
        if (response.Status == 401 && attempt.Tries++ < 3)
        {
            _digest.Learn(response);
            if (!attempt.WantsCancel && !attempt.IsCancelled)
            {
                SendInvite(attempt, withCredentials: true);
            }
            return;
        }
        if (response.Status == 422 && attempt.Tries++ < 3)
        {
            dialog.MinSe = (int)Math.Max(90, response.Number("Min-SE"));
            SendInvite(attempt, withCredentials: true);
            return;
        }
        if (response.Status >= 300)
        {
            dialog.State = DialogState.Ended;
            Redial(plan);
            return;
        }
        Learn(dialog, response);
        bool wasOver = dialog.IsOver; // a BYE has crossed the answer
        dialog.State = DialogState.Confirmed;
        _dialogs[Name(dialog.CallId, dialog.LocalTag)] = dialog;
        if (Does(Kinds.NoAck, 0.3))
        {
            return;
        }
        string answer = plan.IsLateOffer && _world.Weather.Has(Kinds.LateOffer) && response.HasBody && dialog.LastRSeq == 0 ? Answer(dialog, response.Body) : "";
        attempt.Client!.Ack = SendAck(dialog, response.CSeq, Does(Kinds.BadAnswers, 0.1) ? "" : answer);
        if (attempt.IsCancelled || wasOver)
        {
            HangUp(dialog);
            return;
        }
        FollowSession(dialog, response, isOurRequest: true);
        OnConfirmed(dialog, plan.TalkTime);
    }

    private void Redial(CallPlan plan)
    {
        if (plan.Redials && _world.Weather.Has(Kinds.ReusesCallId))
        {
            string last = _callIds[^1];
            if (_callIds.Count(name => name == last) < 3)
            {
                Agenda.After(_rng.Between(0, 1), () => Call(plan, last));
            }
        }
    }

    private string SendAck(Dialog dialog, uint cseq, string body)
    {
        Stream? way = Way();
        string ack = Write("ACK", dialog.Target, dialog.CallId, dialog.Local, dialog.Remote, cseq, NewBranch(), way, "", body);
        Send(ack, way);
        return ack;
    }

    private static void Learn(Dialog dialog, Packet response)
    {
        dialog.Remote = response.To;
        if (response.ContactUri is { Length: > 0 } target)
        {
            dialog.Target = target;
        }
    }

    private static string Name(string callId, string localTag) => $"{callId}|{localTag}";

    /// <summary>One INVITE outside a dialog, with its repetitions for credentials and intervals.</summary>
    private sealed class Attempt(Dialog dialog, CallPlan plan)
    {
        public Dialog Dialog => dialog;
        public CallPlan Plan => plan;
        public Client? Client { get; set; }
        public int Tries { get; set; }
        public bool WantsCancel { get; set; }
        public bool IsCancelled { get; set; }
    }
}
