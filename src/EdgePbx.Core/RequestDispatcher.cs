namespace EdgePbx.Core;

/// <summary>Where each request goes: to its transaction, its dialog, or a handler by method (RFC 3261 8.2, 9.2, 12.2.2).</summary>
internal sealed class RequestDispatcher
{
    private readonly PbxContext _context;
    private readonly Authenticator _authenticator;
    private readonly RegisterHandler _register;
    private readonly InviteHandler _invite;
    private readonly DialogGuard _dialogGuard;

    public RequestDispatcher(PbxContext context)
    {
        _context = context;
        Location = new LocationService(context.Timers, context.Sources)
        {
            OnExpired = (extension, binding) => context.Log.RegisterExpired(extension, binding.Contact),
        };
        Guard = new CredentialGuard(context, Location);
        _authenticator = new Authenticator(context, Guard);
        Keeper = new BindingKeeper(context, Location);
        _register = new RegisterHandler(context, Location, Keeper);
        _invite = new InviteHandler(context, _authenticator, Location);
        _dialogGuard = new DialogGuard(context, _authenticator, Location);
    }

    public LocationService Location { get; }
    public CredentialGuard Guard { get; }
    public BindingKeeper Keeper { get; }

    public void Reload(PbxSettings settings)
    {
        _authenticator.Reload(settings);
        HashSet<string> numbers = [.. settings.Extensions.Select(extension => extension.Number)];
        Location.RemoveExtensionsExcept(numbers);
        _context.Accounts.Reload(numbers);
    }

    public void Receive(Instant now, SipMessage request, in SipFlow source)
    {
        if (_context.Transactions.TryAbsorb(now, request, source, out ServerTransaction? known))
        {
            return;
        }
        if (request.Method == SipMethod.Ack)
        {
            ReceiveAck(now, request, source, known);
        }
        else if (known is not null)
        {
            known.OnRetransmission(now, source);
        }
        else
        {
            ReceiveNew(now, request, source);
        }
    }

    /// <summary>An ACK is never answered. One that names no dialog is dropped (U-40, race 28).</summary>
    private void ReceiveAck(Instant now, SipMessage ack, in SipFlow source, ServerTransaction? known)
    {
        if (known is not null)
        {
            if (known.Source.Remote.Address == source.Remote.Address) // it may carry an answer, and it can't be challenged
            {
                known.OnAck(now, ack);
            }
        }
        else if (_context.Dialogs.Find(ack, out Dialog? dialog) is { } user && _dialogGuard.IsPeer(now, source.Remote.Address, dialog!))
        {
            user.OnAck(now, ack, source);
        }
    }

    private void ReceiveNew(Instant now, SipMessage request, in SipFlow source)
    {
        if (request.Method == SipMethod.Cancel)
        {
            Cancel(now, request, source);
        }
        else if (request.ToTag.IsEmpty)
        {
            ReceiveOutsideDialog(now, request, source);
        }
        else if (_context.Dialogs.Find(request, out Dialog? dialog) is not { } user)
        {
            if (IsUnheard(now, request, source))
            {
                return;
            }
            _context.RespondStateless(request, source, 481); // C-24
        }
        else if (_dialogGuard.TryAdmit(now, request, source, dialog!) && MayAskWithin(now, request, source, user!) && Accept(request, source) is { } transaction)
        {
            transaction.CountWith(user.Account);
            user.OnRequest(now, transaction);
            SayTrying(now, transaction);
        }
    }

    /// <summary>What ends something is always taken: there is one of it for each thing that it ends.</summary>
    private bool MayAskWithin(Instant now, SipMessage request, in SipFlow source, IDialogUser user) =>
        request.Method == SipMethod.Bye || user.Account is not { } account || _context.Accounts.MayAskWithin(now, account, user)
        || RefuseShare(now, request, source, account, "requests within a dialog");

    /// <returns>False: it was answered, and nothing is kept of it.</returns>
    private bool RefuseShare(Instant now, SipMessage request, in SipFlow source, AccountUsage account, string what)
    {
        _context.Accounts.NoteLimited(now, account, what);
        SipWriter writer = _context.BeginStateless(request, source, 503);
        writer.Header(HeaderName.RetryAfter, 5 + _context.Entropy.Below(20));
        Warnings.WriteShareUsed(ref writer);
        _context.SendStateless(request, source, ref writer);
        return false;
    }

    /// <summary>RFC 3261 8.2. Nothing is remembered of a request before its sender is known.</summary>
    private void ReceiveOutsideDialog(Instant now, SipMessage request, in SipFlow source)
    {
        if (IsUnheard(now, request, source) || Scanners.IsOne(request))
        {
            return;
        }
        if (!SipUri.TryParse(request.RequestUri, out SipUri uri) || !uri.IsSip || uri.IsSips)
        {
            _context.RespondStateless(request, source, 416); // C-09; sips needs TLS on each hop, which is not spoken here (C-48)
        }
        else if (_context.IsShuttingDown)
        {
            _context.RespondStateless(request, source, 503);
        }
        else if (_context.Transactions.IsMerged(request))
        {
            _context.RespondStateless(request, source, 482); // C-10
        }
        else if (!UnsupportedExtensions.TryRefuse(_context, request, source))
        {
            Serve(now, request, source);
        }
    }

    /// <summary>From a source that has guessed too much. Its calls go on; a stream of it is closed; the box's own watchdog is heard all the same.</summary>
    private bool IsUnheard(Instant now, SipMessage request, in SipFlow source)
    {
        if (!Guard.IsBanned(now, source.Remote.Address)
            || (request.Method == SipMethod.Options && _context.IsOurs(source.Remote.Address)))
        {
            return false;
        }
        if (source.Transport != SipTransport.Udp)
        {
            _context.Outbox.Add(new Output(OutputKind.CloseFlow) { Flow = source });
        }
        return true;
    }

    private void Serve(Instant now, SipMessage request, in SipFlow source)
    {
        switch (request.Method)
        {
            case SipMethod.Invite or SipMethod.Register:
                ServeKnown(now, request, source);
                break;
            case SipMethod.Options:
                OptionsHandler.Answer(_context, request, source);
                break;
            case SipMethod.Bye or SipMethod.Prack or SipMethod.Update or SipMethod.Info:
                _context.RespondStateless(request, source, 481); // these live in a dialog only
                break;
            default:
                _context.RespondStateless(request, source, 405); // C-08
                break;
        }
    }

    private void ServeKnown(Instant now, SipMessage request, in SipFlow source)
    {
        if (!_context.Admission.TryAdmit(now, request, source))
        {
            return;
        }
        bool isRegister = request.Method == SipMethod.Register;
        if (_authenticator.Authenticate(now, request, source, out bool wasRefused) is not { } user)
        {
            _context.Counters.RegistersRejected += wasRefused && isRegister ? 1 : 0;
            return;
        }
        AccountUsage account = _context.Accounts.Of(user);
        if (!(isRegister ? _context.Accounts.MayRegister(account) : _context.Accounts.MayAsk(account)))
        {
            _ = RefuseShare(now, request, source, account, isRegister ? "registrations within half a minute" : "calls within half a minute");
            return;
        }
        if (Accept(request, source) is not { } transaction)
        {
            return;
        }
        transaction.CountWith(account);
        _context.Admission.NoteAccepted(now, isCall: !isRegister);
        if (isRegister)
        {
            _register.Handle(now, transaction, user);
        }
        else
        {
            _invite.Handle(now, transaction, user);
            SayTrying(now, transaction);
        }
    }

    /// <summary>100 to an INVITE that has no answer yet (C-39).</summary>
    private void SayTrying(Instant now, ServerTransaction transaction)
    {
        if (transaction is InviteServerTransaction { LastStatus: 0, HasTerminated: false })
        {
            _context.Respond(now, transaction, 100);
        }
    }

    /// <summary>Null: too many are open, or its names are too long to keep; answered without state.</summary>
    private ServerTransaction? Accept(SipMessage request, in SipFlow source)
    {
        bool isFull = _context.Transactions.ServerCount >= _context.Settings.Memory.ServerTransactions && request.Method is not (SipMethod.Bye or SipMethod.Cancel);
        ServerTransaction? accepted = isFull ? null : _context.Transactions.Accept(request, source);
        if (accepted is null)
        {
            _context.RespondStateless(request, source, isFull ? 503 : 400);
        }
        _context.CurrentRequest = accepted;
        return accepted;
    }

    private void Cancel(Instant now, SipMessage cancel, in SipFlow source)
    {
        // it can't be challenged (RFC 3261 22.1), so it is taken from where the INVITE came from, and nowhere else
        ServerTransaction? cancelled = _context.Transactions.MatchCancelled(cancel);
        ReadOnlySpan<byte> tag = cancelled?.LocalTag;
        CallLedger? ledger = cancelled?.Ledger;
        if (cancelled is null ? !_context.Transactions.TryFindAccepted(cancel, out tag, out ledger) : cancelled.Source.Remote.Address != source.Remote.Address)
        {
            _context.RespondStateless(cancel, source, 481);
            return;
        }
        if (Accept(cancel, source) is not { } transaction)
        {
            return;
        }
        transaction.ChargeTo(ledger);
        _context.Respond(now, transaction, 200, tag); // C-15
        if (cancelled is { HasFinalResponse: false })
        {
            cancelled.User?.OnCancel(now, cancelled);
        }
    }
}
