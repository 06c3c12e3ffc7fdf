namespace EdgePbx.Core;

/// <summary>Where each request goes: to its transaction, its dialog, or a handler by method (RFC 3261 8.2, 9.2, 12.2.2).</summary>
internal sealed class RequestDispatcher
{
    private readonly PbxContext _context;
    private readonly Authenticator _authenticator;
    private readonly RegisterHandler _register;
    private readonly InviteHandler _invite;

    public RequestDispatcher(PbxContext context)
    {
        _context = context;
        Location = new LocationService(context.Timers)
        {
            OnExpired = (extension, binding) => context.Log.RegisterExpired(extension, binding.Contact),
        };
        _authenticator = new Authenticator(context);
        _register = new RegisterHandler(context, _authenticator, Location);
        _invite = new InviteHandler(context, _authenticator, Location);
    }

    public LocationService Location { get; }

    public void Reload(PbxSettings settings)
    {
        _authenticator.Reload(settings);
        Location.RemoveExtensionsExcept(settings.Extensions.Select(extension => extension.Number).ToHashSet());
    }

    public void Receive(Instant now, SipMessage request, in SipFlow source)
    {
        ServerTransaction? known = _context.Transactions.Match(request);
        if (request.Method == SipMethod.Ack)
        {
            ReceiveAck(now, request, source, known);
        }
        else if (known is not null)
        {
            known.OnRetransmission(now, source);
        }
        else if (!request.ToTag.IsEmpty || request.Method == SipMethod.Cancel || !_context.Transactions.IsMerged(request))
        {
            ReceiveNew(now, request, source);
        }
        else if (Accept(request, source) is { } merged)
        {
            _context.Respond(now, merged, 482); // C-10
        }
    }

    /// <summary>An ACK is never answered. One that names no dialog is dropped (U-40, race 28).</summary>
    private void ReceiveAck(Instant now, SipMessage ack, in SipFlow source, ServerTransaction? known)
    {
        if (known is not null)
        {
            known.OnAck(now, ack);
        }
        else
        {
            _context.Dialogs.Find(ack)?.OnAck(now, ack, source);
        }
    }

    private void ReceiveNew(Instant now, SipMessage request, in SipFlow source)
    {
        if (Accept(request, source) is not { } transaction)
        {
            return;
        }
        _context.CurrentRequest = transaction;
        if (request.Method == SipMethod.Cancel)
        {
            Cancel(now, request, transaction);
        }
        else if (!request.ToTag.IsEmpty)
        {
            if (_context.Dialogs.Find(request) is { } user)
            {
                user.OnRequest(now, transaction);
            }
            else
            {
                _context.Respond(now, transaction, 481); // C-24
            }
        }
        else
        {
            Serve(now, request, transaction);
        }
        if (request.Method == SipMethod.Invite && transaction is { LastStatus: 0, HasTerminated: false })
        {
            _context.Respond(now, transaction, 100); // C-39
        }
    }

    /// <summary>Null: overloaded by transactions that strangers opened, or names too long to keep; answered without state.</summary>
    private ServerTransaction? Accept(SipMessage request, in SipFlow source)
    {
        ServerTransaction? accepted = _context.Transactions.ServerCount < SipLimits.ServerTransactions
            ? _context.Transactions.Accept(request, source)
            : null;
        if (accepted is null)
        {
            _context.RespondStateless(request, source, _context.Transactions.ServerCount < SipLimits.ServerTransactions ? 400 : 503, default);
        }
        return accepted;
    }

    private void Cancel(Instant now, SipMessage cancel, ServerTransaction transaction)
    {
        if (_context.Transactions.MatchCancelled(cancel) is not { } cancelled)
        {
            _context.Respond(now, transaction, 481);
            return;
        }
        _context.Respond(now, transaction, 200, cancelled.LocalTag); // C-15
        if (!cancelled.HasFinalResponse)
        {
            cancelled.User?.OnCancel(now, cancelled);
        }
    }

    private void Serve(Instant now, SipMessage request, ServerTransaction transaction)
    {
        if (!SipUri.TryParse(request.RequestUri, out SipUri uri) || !uri.IsSip || uri.IsSips)
        {
            _context.Respond(now, transaction, 416); // C-09; sips needs TLS on each hop, which is not spoken here (C-48)
            return;
        }
        if (_context.IsShuttingDown)
        {
            SipWriter writer = _context.BeginResponse(transaction, 503);
            writer.Header(HeaderName.RetryAfter, 10);
            _context.SendResponse(now, transaction, 503, ref writer);
            return;
        }
        if (UnsupportedExtensions.TryRefuse(_context, now, transaction))
        {
            return;
        }
        switch (request.Method)
        {
            case SipMethod.Invite:
                _invite.Handle(now, transaction);
                break;
            case SipMethod.Register:
                _register.Handle(now, transaction);
                break;
            case SipMethod.Options:
                OptionsHandler.Answer(_context, now, transaction);
                break;
            case SipMethod.Bye or SipMethod.Prack or SipMethod.Update or SipMethod.Info:
                _context.Respond(now, transaction, 481); // these live in a dialog only
                break;
            default:
                _context.Respond(now, transaction, 405); // C-08
                break;
        }
    }
}
