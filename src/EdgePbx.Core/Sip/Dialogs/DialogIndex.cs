namespace EdgePbx.Core;

/// <summary>Who takes the requests of a dialog.</summary>
internal interface IDialogUser
{
    /// <summary>A request within the dialog, except ACK. It must be answered through its transaction.</summary>
    void OnRequest(Instant now, ServerTransaction transaction);

    /// <summary>An ACK to a 2xx of ours.</summary>
    void OnAck(Instant now, SipMessage ack, in SipFlow source);

    /// <summary>Whose phone is at the other end; null: it is not counted.</summary>
    AccountUsage? Account { get; }

    /// <summary>The peer asks for something again; false: more often than anybody does who only talks on the phone.</summary>
    bool MayAsk(Instant now);
}

/// <summary>Which user a request in a dialog belongs to (RFC 3261 12.2.2). What was added is removed by its entry, never by a name.</summary>
internal sealed class DialogIndex(SourceTable sources)
{
    private readonly Dictionary<byte[], Entry> _users = new(Utf8Comparer.Instance);

    public int Count => _users.Count;

    /// <summary>The entry is the only thing that can take the dialog out again.</summary>
    public Owned Add(ResourceScope scope, Dialog dialog, IDialogUser user)
    {
        Span<byte> buffer = stackalloc byte[KeyBuilder.Capacity];
        var key = new KeyBuilder(buffer);
        AddNames(ref key, dialog.CallId, dialog.LocalTag, dialog.RemoteTag);
        return new Entry(scope, this, key.Key.ToArray(), dialog, user);
    }

    /// <summary>False when these names can't be a dialog of ours.</summary>
    public bool CanHold(ReadOnlySpan<byte> callId, ReadOnlySpan<byte> remoteTag) => callId.Length + remoteTag.Length + 64 < KeyBuilder.Capacity;

    /// <summary>Whose dialog this request names, from our side: its To tag is our tag.</summary>
    public IDialogUser? Find(SipMessage request, out Dialog? dialog)
    {
        Span<byte> buffer = stackalloc byte[KeyBuilder.Capacity];
        var key = new KeyBuilder(buffer);
        AddNames(ref key, request.CallId, request.ToTag, request.FromTag);
        Entry? entry = null;
        bool isFound = !key.HasOverflowed && _users.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key.Key, out entry);
        dialog = isFound ? entry!.Dialog : null;
        return isFound ? entry!.User : null;
    }

    /// <summary>Takes out what was left behind; the entry that is released later does nothing.</summary>
    public int RemoveWhere(Predicate<CallLedger?> isLeft)
    {
        Entry[] left = [.. _users.Values.Where(entry => isLeft(entry.Ledger))];
        Array.ForEach(left, static entry => entry.Remove());
        return left.Length;
    }

    private static void AddNames(ref KeyBuilder key, ReadOnlySpan<byte> callId, ReadOnlySpan<byte> localTag, ReadOnlySpan<byte> remoteTag)
    {
        key.Add(callId);
        key.Add(localTag);
        key.Add(remoteTag);
    }

    private void List(byte[] name, Entry entry, Dialog dialog)
    {
        _users.Add(name, entry); // the same dialog twice is a bug, and throws
        dialog.Hold = new SourceHold(sources, dialog.Flow);
    }

    private void Remove(byte[] name, Dialog dialog)
    {
        if (!_users.Remove(name))
        {
            throw new InvalidOperationException("dialog entry released twice");
        }
        dialog.Hold?.Release();
        dialog.Hold = null;
    }

    private sealed class Entry : Owned
    {
        private readonly DialogIndex _index;
        private readonly byte[] _name;
        private bool _isListed;

        public Entry(ResourceScope scope, DialogIndex index, byte[] name, Dialog dialog, IDialogUser user)
            : base(scope, ResourceKind.DialogEntry)
        {
            (_index, _name, Dialog, User, Ledger) = (index, name, dialog, user, scope.Ledger);
            index.List(name, this, dialog);
            _isListed = true;
        }

        public Dialog Dialog { get; }
        public IDialogUser User { get; }
        public CallLedger? Ledger { get; }

        public void Remove()
        {
            if (_isListed)
            {
                _index.Remove(_name, Dialog);
            }
            _isListed = false;
        }

        internal override Release Release(Instant now)
        {
            Remove();
            return Core.Release.Done;
        }
    }
}
