namespace EdgePbx.Core;

/// <summary>
/// Who may speak in a dialog. Its names go over the wire in clear, so they are no key: from an address that the dialog does not know, and
/// where its phone is not registered either, a request is challenged and must show the secret of the dialog's own account before
/// anything becomes of it. Nothing is remembered of what is challenged.
/// </summary>
internal sealed class DialogGuard(PbxContext context, Authenticator authenticator, LocationService location)
{
    /// <summary>False: the request was answered with 401, 400, or with 403 to another account.</summary>
    public bool TryAdmit(Instant now, SipMessage request, in SipFlow source, Dialog dialog)
    {
        if (IsPeer(now, source.Remote.Address, dialog))
        {
            return true;
        }
        if (authenticator.Authenticate(now, request, source, out _) is not { } user)
        {
            return false;
        }
        bool isOwner = user.Number == dialog.Account;
        if (!isOwner)
        {
            context.RespondStateless(request, source, 403);
        }
        return isOwner;
    }

    /// <summary>What can't be challenged, an ACK, is taken from there alone.</summary>
    public bool IsPeer(Instant now, NetAddress address, Dialog dialog) => dialog.Knows(address) || IsRegisteredAt(now, dialog.Account, address);

    private bool IsRegisteredAt(Instant now, string account, NetAddress address)
    {
        IReadOnlyList<Binding> bindings = location.Find(account, now);
        for (int i = 0; i < bindings.Count; i++)
        {
            if (bindings[i].Flow.Remote.Address == address)
            {
                return true;
            }
        }
        return false;
    }
}
