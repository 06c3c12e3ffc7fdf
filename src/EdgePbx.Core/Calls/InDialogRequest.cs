namespace EdgePbx.Core;

/// <summary>A non-INVITE request of ours within a leg's dialog, whose final response its leg waits for. When the leg ends it is let go and ends by itself.</summary>
internal sealed class InDialogRequest(PbxContext context, Call call, ResourceScope scope, Action<Instant, int, SipMessage?> onFinal)
    : Owned(scope, ResourceKind.InDialogRequest), IClientTransactionUser
{
    private readonly ResourceScope _scope = scope;
    private Action<Instant, int, SipMessage?>? _onFinal = onFinal;

    /// <summary>What carries it; null until it is sent.</summary>
    public ClientTransaction? Transaction { get; set; }

    /// <summary>The early dialog that it was sent in has lost against another of the fork: it is not said again, and whoever waits hears 480.</summary>
    public void Abandon(Instant now) => Finish(now, 480, null);

    internal override Release Release(Instant now)
    {
        _onFinal = null;
        Transaction?.StopRepeating(); // ST-33: what belongs to a dialog that is over is not said again (race 2)
        Transaction = null;
        return Core.Release.Done;
    }

    void IClientTransactionUser.OnResponse(Instant now, ClientTransaction transaction, SipMessage response, in SipFlow source)
    {
        if (response.StatusCode >= 200)
        {
            Finish(now, response.StatusCode, response);
        }
    }

    void IClientTransactionUser.OnFailed(Instant now, ClientTransaction transaction, int status) => Finish(now, status, null);

    void IClientTransactionUser.OnTerminated(Instant now, ClientTransaction transaction)
    {
        // the final response, or the time-out, has been told already
    }

    private void Finish(Instant now, int status, SipMessage? response)
    {
        if (_onFinal is { } onFinal)
        {
            context.CurrentCall = call; // what follows is the call's: what it sends, and its bugs
            _scope.ReleaseNow(this, now);
            onFinal(now, status, response);
        }
    }
}
