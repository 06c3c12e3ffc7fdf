namespace EdgePbx.Core;

// a phone that registers from another place takes its calls along
internal sealed partial class Leg
{
    private Binding? _phone;

    /// <summary>The registration of the phone at the other end; null: it is not registered, or nobody knows which it is.</summary>
    public Binding? Phone { init => _phone = value; }

    /// <summary>
    /// The extension's registrations have changed. If that of this phone, told by its +sip.instance or else by its Contact, is by another flow
    /// now, the former one is dead or soon will be (RFC 5626 4.4): requests go by the new one, and its media may come from elsewhere.
    /// </summary>
    public void Follow(Instant now, IReadOnlyList<Binding> bindings)
    {
        if (State == LegState.Ended || _phone is not { } former || former.FindAmong(bindings) is not { } current)
        {
            return;
        }
        _phone = current;
        if (current.Flow.IsSameWayAs(former.Flow) || current.Flow.IsSameWayAs(Dialog?.Flow ?? Flow))
        {
            return;
        }
        Enter();
        SipFlow before = Dialog is { } known ? _context.NextHops.Of(known) : Flow;
        Flow = current.Flow;
        Dialog?.Follow(current.Flow, former.ContactBytes, current.ContactBytes);
        foreach (EarlyDialog early in _early)
        {
            early.Dialog.Follow(current.Flow, former.ContactBytes, current.ContactBytes);
        }
        SipFlow after = Dialog is { } moved ? _context.NextHops.Of(moved) : _context.NextHops.Resolve(current.ContactBytes, current.Flow);
        _context.Transactions.Redirect(before, after);
        _context.Log.PhoneMoved(_call.Key, CallIdText, Number, former.Flow, current.Flow);
        Media.Reopen();
    }

    private string CallIdText => System.Text.Encoding.UTF8.GetString(CallId);
}
