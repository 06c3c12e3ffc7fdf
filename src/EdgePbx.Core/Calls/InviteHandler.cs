using System.Text;

namespace EdgePbx.Core;

/// <summary>An INVITE that is no part of a dialog: who calls, whom, and may it become a call?</summary>
internal sealed class InviteHandler(PbxContext context, Authenticator authenticator, LocationService location)
{
    public void Handle(Instant now, ServerTransaction transaction, ExtensionSettings caller)
    {
        SipMessage request = transaction.Request;
        if (ClaimsAnother(request, caller))
        {
            Refuse(now, transaction, caller, 403, "From is another extension than that which the credentials belong to");
            return;
        }
        uint maxForwards = request.TryGetUInt32(HeaderName.MaxForwards, out uint hops) ? hops : 70;
        if (maxForwards == 0)
        {
            Refuse(now, transaction, caller, 483, "too many hops"); // C-04, U-36
            return;
        }
        if (!TryReadOffer(now, transaction, caller, out SdpSession? offer)
            || !TryRoute(now, transaction, caller, out ExtensionSettings? callee, out IReadOnlyList<Binding> contacts))
        {
            return;
        }
        SetUp(now, transaction, caller, callee!, contacts, offer, maxForwards - 1);
    }

    private void SetUp(Instant now, ServerTransaction transaction, ExtensionSettings caller, ExtensionSettings callee,
        IReadOnlyList<Binding> contacts, SdpSession? offer, uint maxForwards)
    {
        if (!SessionAgreement.TryAnswer(SessionTerms.Read(transaction.Request), context.Settings, out SessionAgreement agreement))
        {
            SessionAgreement.Refuse(context, now, transaction);
            return;
        }
        if (DialogFactory.FromRequest(transaction.Request, transaction.LocalTag, transaction.Source, caller.Number) is not { } dialog
            || !context.Dialogs.CanHold(dialog.CallId, dialog.RemoteTag))
        {
            Refuse(now, transaction, caller, 400, "Contact is missing or can't be used");
            return;
        }
        AccountUsage account = context.Accounts.Of(caller);
        int paths = LegMedia.RelayedLines(offer) * (1 + contacts.Count);
        if (!context.Accounts.MayCall(account) || !context.Accounts.MayOpen(account, paths))
        {
            context.Accounts.NoteLimited(now, account, context.Accounts.MayCall(account) ? "media ports" : "calls at once");
            Refuse(now, transaction, caller, 503, "the extension has as many calls as it may have", isShareUsed: true);
            return;
        }
        if (context.Calls.TryCreate(now) is not { } call)
        {
            context.Counters.CallsRefusedTableFull++;
            context.Admission.NoteExhausted(now, "as many calls as allowed are up");
            Refuse(now, transaction, caller, 503, "as many calls as allowed are up");
            return;
        }
        call.SetUp(now, new IncomingCall(transaction, dialog, caller, callee, contacts, offer, agreement, maxForwards)
        {
            IsAnonymous = CallerPrivacy.IsWanted(transaction.Request),
            Phone = PhoneOf(now, transaction, caller),
        });
    }

    /// <summary>Which of the caller's registered phones it is: the one that has this instance (RFC 5626), this Contact, or this way.</summary>
    private Binding? PhoneOf(Instant now, ServerTransaction transaction, ExtensionSettings caller)
    {
        Binding? found = null;
        if (NameAddress.TryParse(transaction.Request.First(HeaderName.Contact), out NameAddress contact))
        {
            ReadOnlySpan<byte> instance = contact.TryGetParameter("+sip.instance"u8, out ReadOnlySpan<byte> text) ? Parameters.Unquote(text) : default;
            foreach (Binding binding in location.Find(caller.Number, now))
            {
                if (!instance.IsEmpty && Ascii.Equals(instance, binding.InstanceId))
                {
                    return binding;
                }
                bool isAtHand = SipUri.AreEqual(binding.ContactBytes, contact.Uri)
                    || (binding.Flow.Remote == transaction.Source.Remote && binding.Flow.Transport == transaction.Source.Transport);
                found = isAtHand ? binding : found;
            }
        }
        return found;
    }

    private bool TryReadOffer(Instant now, ServerTransaction transaction, ExtensionSettings caller, out SdpSession? offer)
    {
        if (SdpBodies.TryFind(transaction.Request, out offer, out int status) || status == 0)
        {
            string problem = offer is { IsForeign: true } ? "none of the streams that are offered can be relayed"
                : offer is null || context.MediaTargets.AreAllowed(offer, transaction.Source.Remote.Address) ? ""
                : "the session description names an address that media can't be sent to";
            if (problem.Length > 0)
            {
                Refuse(now, transaction, caller, 488, problem);
            }
            return problem.Length == 0;
        }
        if (status == 415)
        {
            context.Respond(now, transaction, 415);
            return false;
        }
        Refuse(now, transaction, caller, status, "the session description can't be read");
        return false;
    }

    private bool TryRoute(Instant now, ServerTransaction transaction, ExtensionSettings caller, out ExtensionSettings? callee, out IReadOnlyList<Binding> contacts)
    {
        contacts = [];
        Span<byte> number = stackalloc byte[64];
        callee = null;
        if (!SipUri.TryParse(transaction.Request.RequestUri, out SipUri uri) || uri.User.Length > number.Length
            || !authenticator.TryFind(number[..uri.UnescapeUser(number)], out callee))
        {
            Refuse(now, transaction, caller, 404, "no such extension"); // C-09
            return false;
        }
        contacts = location.Find(callee!.Number, now);
        if (contacts.Count == 0)
        {
            Refuse(now, transaction, caller, 480, "not registered");
            return false;
        }
        return true;
    }

    /// <summary>
    /// The caller is who has authenticated, whatever From says: that may be a name, or nobody. But one who names somebody else of this
    /// office means to be taken for him.
    /// </summary>
    private bool ClaimsAnother(SipMessage request, ExtensionSettings caller)
    {
        Span<byte> user = stackalloc byte[64];
        return NameAddress.TryParse(request.First(HeaderName.From), out NameAddress from) && SipUri.TryParse(from.Uri, out SipUri uri)
            && uri.User.Length <= user.Length
            && authenticator.TryFind(user[..uri.UnescapeUser(user)], out ExtensionSettings? claimed) && claimed!.Number != caller.Number;
    }

    private void Refuse(Instant now, ServerTransaction transaction, ExtensionSettings caller, int status, string reason, bool isShareUsed = false)
    {
        if (context.Accounts.HasRefusedLine(now, context.Accounts.Of(caller)))
        {
            context.Log.CallRefused(Encoding.UTF8.GetString(transaction.Request.CallId), caller.Number, RequestedUser(transaction.Request), status, reason);
        }
        SipWriter writer = context.BeginResponse(transaction, status);
        if (status == 503)
        {
            writer.Header(HeaderName.RetryAfter, 5);
        }
        else if (status == 488)
        {
            Warnings.WriteBadAddress(ref writer);
        }
        if (isShareUsed)
        {
            Warnings.WriteShareUsed(ref writer);
        }
        context.SendResponse(now, transaction, status, ref writer);
    }

    private static string RequestedUser(SipMessage request) =>
        SipUri.TryParse(request.RequestUri, out SipUri uri) ? Encoding.UTF8.GetString(uri.User) : "";
}
