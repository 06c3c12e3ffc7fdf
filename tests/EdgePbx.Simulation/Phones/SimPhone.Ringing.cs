namespace EdgePbx.Simulation;

// the callee's side until the call is up
internal sealed partial class SimPhone
{
    private static readonly int[] Refusals = [302, 400, 403, 404, 415, 480, 486, 486, 488, 600, 603, 606];

    private const int MostEchoes = 4; // each may ring several phones, which do the same
    private int _echoes;

    private void Ring(Served invite)
    {
        Packet request = invite.Request;
        if (Does(Kinds.SameCallIdOnBothLegs, 0.3) && _echoes++ < MostEchoes)
        {
            var plan = new CallPlan(1_000_000 + _counter, _world.Phones[_rng.Below(_world.Phones.Length)].Number, _rng);
            Agenda.After(_rng.Between(0, 3), () => Call(plan, request.CallId));
        }
        Dialog dialog = NewDialog(request);
        invite.Dialog = dialog;
        TimeSpan soon = _rng.Pick(_rng.Between(0, 0.1), _rng.Between(0, 3));
        TimeSpan later = soon + _rng.Pick(_rng.Between(0, 0.5), _rng.Between(1, 8), _rng.Between(5, 40));
        if (Does(Kinds.Vanishes, 0.05))
        {
            Vanish(Agenda.Now + _rng.Between(5, 100));
            return;
        }
        if (Does(Kinds.IntervalTooSmall, 0.3) && request.Number("Session-Expires") < 700)
        {
            Agenda.After(soon, () => Refuse(invite, 422, $"Min-SE: {_rng.Pick(120, 600, 700)}\r\n"));
            return;
        }
        int refusal = Does(Kinds.Reject, 0.3) ? Refusals[_rng.Below(Refusals.Length)]
            : Does(Kinds.ServerError, 0.2) ? _rng.Pick(500, 500, 503, 504)
            : Does(Kinds.GoneDialog, 0.1) ? 481 : 0;
        if (refusal == 0 || _rng.Chance(0.5))
        {
            StartRinging(invite, soon);
        }
        if (refusal > 0)
        {
            Agenda.After(later, () => Refuse(invite, refusal));
        }
        else if (!Does(Kinds.RingForever, 0.25))
        {
            Agenda.After(later, () => Accept(invite));
        }
    }

    private void StartRinging(Served invite, TimeSpan soon)
    {
        if (_rng.Chance(0.1))
        {
            return;
        }
        bool isReliable = Does(Kinds.Reliable, 0.6) && invite.Request.HasToken("Supported", "100rel");
        bool hasMedia = Does(Kinds.EarlyMedia, 0.4);
        Agenda.After(soon, () => Provisional(invite, isReliable, hasMedia));
        if (Does(Kinds.Forks, 0.4))
        {
            int branches = 1 + _rng.Below(3);
            for (int i = 0; i < branches; i++)
            {
                string tag = NewTag();
                Agenda.After(soon + _rng.Between(0, 5), () =>
                {
                    if (!invite.HasFinal && !IsGone)
                    {
                        Reply(invite, 180, "", "", tag);
                    }
                });
            }
        }
    }

    private void Provisional(Served invite, bool isReliable, bool hasMedia)
    {
        if (invite.HasFinal || IsGone)
        {
            return;
        }
        Dialog dialog = invite.Dialog!;
        _dialogs[Name(dialog.CallId, dialog.LocalTag)] = dialog;
        string body = !hasMedia ? "" : invite.Request.HasBody ? Answer(dialog, invite.Request.Body) : isReliable ? Offer(dialog, changes: true) : "";
        string reliable = "";
        if (isReliable)
        {
            invite.PendingRSeq = (uint)(1 + _rng.Below(1000));
            reliable = $"Require: 100rel\r\nRSeq: {invite.PendingRSeq}\r\n";
        }
        string text = Reply(invite, hasMedia ? 183 : 180, Contact + Allow + reliable, body, dialog.LocalTag);
        if (isReliable)
        {
            RepeatReliable(invite, text, invite.PendingRSeq, T1, Agenda.Now + Timeout);
        }
    }

    private void RepeatReliable(Served invite, string text, uint number, TimeSpan interval, EdgePbx.Core.Instant until) =>
        Agenda.After(interval, () =>
        {
            if (invite.PendingRSeq == number && !invite.HasFinal && Agenda.Now < until)
            {
                Send(text, WayBack(invite.Request));
                RepeatReliable(invite, text, number, 2 * interval, until);
            }
        });

    private void Accept(Served invite)
    {
        if (invite.HasFinal || IsGone || IsEvening)
        {
            return;
        }
        Dialog dialog = invite.Dialog!;
        string body = invite.Request.HasBody ? Answer(dialog, invite.Request.Body) : Offer(dialog, changes: true);
        if (Does(Kinds.BadAnswers, 0.1))
        {
            body = _rng.Pick("", "v=0\r\nnonsense\r\n", body.Replace("m=audio", "m=image", StringComparison.Ordinal));
        }
        Success(invite, body);
        TimeSpan soon = _rng.Pick(_rng.Between(0, 0.2), _rng.Between(0, 5), _rng.Between(0, 30));
        if (Does(Kinds.AnswersTwice, 0.5))
        {
            string tag = NewTag();
            Agenda.After(soon, () =>
            {
                if (!IsGone)
                {
                    Dialog second = NewDialog(invite.Request, tag);
                    second.State = DialogState.Confirmed;
                    _dialogs[Name(second.CallId, second.LocalTag)] = second;
                    Reply(invite, 200, Contact + Allow, body, tag);
                }
            });
        }
    }

    /// <summary>200 to an INVITE of whatever kind, until it is acknowledged.</summary>
    private void Success(Served invite, string body)
    {
        Dialog dialog = invite.Dialog!;
        invite.HasFinal = true;
        dialog.State = DialogState.Confirmed;
        dialog.Serving = invite;
        _dialogs[Name(dialog.CallId, dialog.LocalTag)] = dialog;
        string text = Reply(invite, 200, $"{Contact}{Allow}{AnswerSession(dialog, invite.Request)}", body, dialog.LocalTag);
        RepeatSuccess(invite, text, T1, Agenda.Now + Timeout);
    }

    private void RepeatSuccess(Served invite, string text, TimeSpan interval, EdgePbx.Core.Instant until) =>
        Agenda.After(interval, () =>
        {
            if (invite.IsAcknowledged || invite.Dialog!.IsOver)
            {
                return;
            }
            if (Agenda.Now >= until)
            {
                HangUp(invite.Dialog);
                return;
            }
            Send(text, WayBack(invite.Request));
            RepeatSuccess(invite, text, 2 * interval < T2 ? 2 * interval : T2, until);
        });

    private void Refuse(Served invite, int status, string extra = "")
    {
        if (invite.HasFinal || IsGone)
        {
            return;
        }
        invite.HasFinal = true;
        string text = Reply(invite, status, extra, "", invite.Dialog?.LocalTag ?? "");
        if (invite.Request.Method == "INVITE" && invite.Request.Stream is null)
        {
            RepeatRefusal(invite, text, T1, Agenda.Now + Timeout);
        }
    }

    private void RepeatRefusal(Served invite, string text, TimeSpan interval, EdgePbx.Core.Instant until) =>
        Agenda.After(interval, () =>
        {
            if (!invite.IsAcknowledged && Agenda.Now < until)
            {
                Send(text, WayBack(invite.Request));
                RepeatRefusal(invite, text, 2 * interval < T2 ? 2 * interval : T2, until);
            }
        });

    private Dialog NewDialog(Packet invite, string? tag = null)
    {
        tag ??= NewTag();
        return new Dialog
        {
            CallId = invite.CallId,
            LocalTag = tag,
            Local = $"{invite.To};tag={tag}",
            Remote = invite.From,
            Target = invite.ContactUri,
            IsCaller = false,
            CSeq = (uint)_rng.Below(1000),
            MediaPort = 40000 + (2 * (++_counter % 5000)),
        };
    }

    private void HearAck(Packet ack)
    {
        if (_served.TryGetValue($"{ack.Branch}/INVITE", out Served? refused))
        {
            refused.IsAcknowledged = true; // the ACK to a refusal has its INVITE's branch
        }
        if (!_dialogs.TryGetValue(Name(ack.CallId, ack.ToTag), out Dialog? dialog) || dialog.Serving is not { } serving || serving.Request.CSeq != ack.CSeq)
        {
            return;
        }
        serving.IsAcknowledged = true;
        dialog.Serving = null;
        if (!dialog.IsOver)
        {
            OnConfirmed(dialog, _rng.Pick(_rng.Between(0, 2), _rng.Between(1, 60), _rng.Between(20, 400), _rng.Between(100, 1500)));
        }
    }

    private string Reply(Served served, int status, string extra, string body, string toTag)
    {
        Packet request = served.Request;
        string to = request.ToTag.Length > 0 || toTag.Length == 0 ? request.To : $"{request.To};tag={toTag}";
        string type = body.Length > 0 ? "Content-Type: application/sdp\r\n" : "";
        string text = $"SIP/2.0 {status} Whatever\r\nVia: {request.Via}\r\nFrom: {request.From}\r\nTo: {to}\r\nCall-ID: {request.CallId}\r\n"
            + $"CSeq: {request.CSeq} {request.Method}\r\n{extra}{type}Content-Length: {body.Length}\r\n\r\n{body}";
        served.Last = text;
        served.HasFinal |= status >= 200;
        Send(text, WayBack(request));
        return text;
    }

    private Stream? WayBack(Packet request) => request.Stream is { IsOpen: true } open ? open : request.Stream is null ? null : Way();
}
