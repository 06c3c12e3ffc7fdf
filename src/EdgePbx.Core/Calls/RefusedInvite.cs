namespace EdgePbx.Core;

/// <summary>An INVITE within a dialog that was refused at once. Until its ACK comes, or never does, it is still open (RFC 3261 14.1).</summary>
internal sealed class RefusedInvite : IServerTransactionUser
{
    private readonly ServerTransaction _transaction;
    private readonly Action<Instant> _onSettled;

    public RefusedInvite(ServerTransaction transaction, Action<Instant> onSettled)
    {
        (_transaction, _onSettled) = (transaction, onSettled);
        transaction.User = this;
    }

    public bool AwaitsAck => _transaction.AwaitsAck;

    public void OnConfirmed(Instant now, ServerTransaction transaction) => _onSettled(now);

    public void OnTerminated(Instant now, ServerTransaction transaction) => _onSettled(now);

    public void OnFailed(Instant now, ServerTransaction transaction)
    {
        // it terminates now, and says so
    }

    public void OnAck(Instant now, ServerTransaction transaction, SipMessage ack)
    {
        // only an accepted INVITE gets one
    }

    public void OnCancel(Instant now, ServerTransaction transaction)
    {
        // its answer is given
    }
}
