using System.Text;

namespace EdgePbx.Core;

/// <summary>
/// One extension's bindings while a REGISTER works on them. Nobody else sees them until all of it has succeeded
/// (RFC 3261 10.3, step 7).
/// </summary>
internal sealed class TentativeBindings(SipMessage request, IReadOnlyList<Binding> live, Instant now)
{
    private readonly List<Entry> _entries = [.. live.Select(binding => new Entry(binding, IsOfThisRequest: false))];

    /// <summary>Step 6: takes all back. False if the request is older than what it would take back.</summary>
    internal bool TryRemoveAll()
    {
        bool isNewer = _entries.TrueForAll(entry => IsNewerThan(entry.Binding));
        _entries.Clear();
        return isNewer;
    }

    /// <summary>Step 7, for one contact: adds, refreshes or takes back. False if the request is older than what it would change.</summary>
    /// <param name="replacement">Null takes the contact back.</param>
    internal bool TryApply(in ContactRequest contact, Binding? replacement)
    {
        int index = IndexOf(contact);
        if (index >= 0)
        {
            if (!_entries[index].IsOfThisRequest && !IsNewerThan(_entries[index].Binding))
            {
                return false;
            }
            _entries.RemoveAt(index);
        }
        if (replacement is not null)
        {
            _entries.Add(new Entry(replacement, IsOfThisRequest: true));
        }
        return true;
    }

    /// <summary>
    /// Makes room by forgetting, oldest first, what the same kind of phone registered before and did not take back (it
    /// crashed, or got another port). False if that is not enough.
    /// </summary>
    internal bool TryFit(int limit, string userAgent)
    {
        while (_entries.Count > limit)
        {
            Entry? oldest = _entries
                .Where(entry => !entry.IsOfThisRequest && entry.Binding.UserAgent == userAgent)
                .MinBy(entry => entry.Binding.Order);
            if (oldest is null || userAgent.Length == 0)
            {
                return false;
            }
            _ = _entries.Remove(oldest);
        }
        return true;
    }

    internal Binding[] ToArray() => [.. _entries.Select(entry => entry.Binding)];

    /// <summary>
    /// The same URI; or else the same phone (RFC 5626 6), which has come back from another address. Two contacts of one
    /// phone in one request are two.
    /// </summary>
    private int IndexOf(in ContactRequest contact)
    {
        for (int i = 0; i < _entries.Count; i++)
        {
            if (SipUri.AreEqual(_entries[i].Binding.ContactBytes, contact.Uri))
            {
                return i;
            }
        }
        for (int i = 0; i < _entries.Count && !contact.InstanceId.IsEmpty; i++)
        {
            Binding binding = _entries[i].Binding;
            if (!_entries[i].IsOfThisRequest && binding.RegId == contact.RegId && Ascii.Equals(contact.InstanceId, binding.InstanceId))
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>
    /// Of another Call-ID, of a higher number, or so much later that nothing can have overtaken it on its way: then the phone has
    /// begun anew, with the Call-ID of before. It is no replay, whose nonce would have been used.
    /// </summary>
    private bool IsNewerThan(Binding binding) => request.CSeqNumber > binding.CSeq || !Ascii.Equals(request.CallId, binding.CallId)
        || binding.Granted - (binding.ExpiresAt - now) > SipTimers.T4;

    private sealed record Entry(Binding Binding, bool IsOfThisRequest);
}
