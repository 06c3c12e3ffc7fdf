namespace EdgePbx.Simulation;

// what the box asks within a dialog
internal sealed partial class SimPhone
{
    private void Serve(Packet request)
    {
        string key = $"{request.Branch}/{request.Method}";
        if (_served.TryGetValue(key, out Served? known))
        {
            if (known.Last is { } last && !(known.Request.Method == "INVITE" && known.IsAcknowledged))
            {
                Send(last, WayBack(known.Request));
            }
            return;
        }
        var served = new Served(request);
        _served.Add(key, served);
        if (request.Method == "CANCEL")
        {
            ServeCancel(served);
            return;
        }
        if (request.ToTag.Length > 0)
        {
            if (_dialogs.TryGetValue(Name(request.CallId, request.ToTag), out Dialog? dialog) && !dialog.IsOver)
            {
                served.Dialog = dialog;
                ServeInDialog(served, dialog);
            }
            else
            {
                Refuse(served, 481);
            }
            return;
        }
        if (request.Method == "INVITE")
        {
            Ring(served);
        }
        else
        {
            Reply(served, request.Method == "OPTIONS" ? 200 : 405, Allow, "", NewTag());
        }
    }

    private void ServeCancel(Served cancel)
    {
        bool isKnown = _served.TryGetValue($"{cancel.Request.Branch}/INVITE", out Served? invite);
        if (isKnown && Does(Kinds.RingForever, 0.2))
        {
            return; // deaf
        }
        Reply(cancel, isKnown ? 200 : 481, "", "", NewTag());
        if (invite is { HasFinal: false })
        {
            if (Does(Kinds.BadAnswers, 0.3) && invite.Dialog is not null)
            {
                Accept(invite);
                return;
            }
            Refuse(invite, 487);
        }
    }

    private void ServeInDialog(Served served, Dialog dialog)
    {
        Packet request = served.Request;
        switch (request.Method)
        {
            case "BYE":
                Reply(served, 200, "", "", "");
                dialog.State = DialogState.Ended;
                break;
            case "INVITE" or "UPDATE":
                ServeChange(served, dialog);
                break;
            case "PRACK":
                foreach (Served invite in _served.Values)
                {
                    if (invite.Dialog == dialog && invite.Request.Method == "INVITE")
                    {
                        invite.PendingRSeq = 0;
                    }
                }
                Reply(served, 200, "", "", "");
                break;
            case "INFO" or "OPTIONS":
                Reply(served, Does(Kinds.GoneDialog, 0.05) ? 481 : 200, "", "", "");
                break;
            default:
                Reply(served, 405, Allow, "", "");
                break;
        }
    }

    private void ServeChange(Served served, Dialog dialog)
    {
        Packet request = served.Request;
        bool isInvite = request.Method == "INVITE";
        if (dialog.IsInviting || dialog.IsUpdating)
        {
            Refuse(served, 491);
            return;
        }
        if (Does(Kinds.Glare, 0.3))
        {
            Change(dialog); // both at once
        }
        if (Does(Kinds.Vanishes, 0.03))
        {
            Vanish(Agenda.Now + _rng.Between(5, 200));
            return;
        }
        if (Does(Kinds.IntervalTooSmall, 0.4) && !dialog.HasRefusedInterval && request.Number("Session-Expires") < 900)
        {
            dialog.HasRefusedInterval = true;
            Refuse(served, 422, "Min-SE: 900\r\n");
            return;
        }
        int refusal = Does(Kinds.RefusesRefresh, 0.3) ? _rng.Pick(405, 488, 500, 501, 503, 408)
            : Does(Kinds.GoneDialog, 0.1) ? 481
            : Does(Kinds.ServerError, 0.15) ? 500
            : Does(Kinds.Reject, 0.1) ? 488
            : Does(Kinds.Glare, 0.1) ? 491 : 0;
        TimeSpan later = _rng.Pick(TimeSpan.Zero, TimeSpan.Zero, _rng.Between(0, 0.5), _rng.Between(0, 10));
        if (isInvite && later > TimeSpan.FromSeconds(0.2))
        {
            Reply(served, 100, "", "", "");
            served.Last = null;
        }
        if (later == TimeSpan.Zero)
        {
            AnswerChange(served, dialog, refusal);
        }
        else
        {
            Agenda.After(later, () => AnswerChange(served, dialog, refusal));
        }
    }

    private void AnswerChange(Served served, Dialog dialog, int refusal)
    {
        if (served.HasFinal || IsGone)
        {
            return;
        }
        if (dialog.IsOver)
        {
            Refuse(served, 487);
            return;
        }
        if (refusal > 0)
        {
            Refuse(served, refusal, refusal == 500 ? "Retry-After: 3\r\n" : "");
            return;
        }
        Packet request = served.Request;
        dialog.Target = request.ContactUri is { Length: > 0 } target ? target : dialog.Target;
        string body = request.HasBody ? Answer(dialog, request.Body) : request.Method == "INVITE" ? Offer(dialog, changes: true) : "";
        if (request.Method == "INVITE")
        {
            Success(served, Does(Kinds.BadAnswers, 0.1) ? "" : body);
        }
        else
        {
            Reply(served, 200, $"{Contact}{Allow}{AnswerSession(dialog, request)}", body, "");
        }
    }
}
