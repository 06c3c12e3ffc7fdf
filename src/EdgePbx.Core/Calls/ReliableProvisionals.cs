namespace EdgePbx.Core;

/// <summary>Adds header fields to a response that is being written.</summary>
internal delegate void WriteHeaders(ref SipWriter writer);

/// <summary>Provisional responses that are repeated until their PRACK (RFC 3262 section 3): one at a time, the rest wait (U-08).</summary>
internal sealed class ReliableProvisionals : ITimerOwner
{
    // a callee that sends more while the caller acknowledges none tells it nothing new
    private const int WaitingLimit = 8;

    private readonly PbxContext _context;
    private readonly ServerTransaction _transaction;
    private readonly Action<Instant> _onUnanswered;
    private readonly CallLedger? _ledger;
    private readonly OwnedTimer _repeat;
    private readonly OwnedTimer _giveUp;
    private readonly Queue<(int Status, ReadOnlyMemory<byte> Sdp, WriteHeaders Write)> _waiting = new();
    private uint _sequence;
    private SipBuffer? _sent;
    private TimeSpan _interval;

    public ReliableProvisionals(PbxContext context, ServerTransaction transaction, Action<Instant> onUnanswered, CallLedger? ledger)
    {
        (_context, _transaction, _onUnanswered, _ledger) = (context, transaction, onUnanswered, ledger);
        _repeat = new OwnedTimer(context.Timers, TimerKind.Transaction, this, ledger);
        _giveUp = new OwnedTimer(context.Timers, TimerKind.Transaction, this, ledger);
    }

    /// <summary>One is sent and not acknowledged yet.</summary>
    public bool IsPending => _sent is not null;

    /// <summary>Now, or when those before it are acknowledged; false: it can't be said.</summary>
    public bool Send(Instant now, int status, ReadOnlyMemory<byte> sdp, WriteHeaders write)
    {
        if (IsPending)
        {
            bool hasRoom = _waiting.Count < WaitingLimit;
            if (hasRoom)
            {
                _waiting.Enqueue((status, sdp, write));
            }
            return hasRoom;
        }
        _sequence = _sequence == 0 ? 1 + _context.Entropy.Below(1u << 30) : _sequence + 1;
        SipWriter writer = _context.BeginResponse(_transaction, status);
        write(ref writer);
        writer.Header(HeaderName.Require, "100rel"u8);
        writer.Header(HeaderName.RSeq, _sequence);
        if (_context.Finish(ref writer, SipIdentity.Sdp, sdp.Span) is not { } response)
        {
            return false;
        }
        _sent = _context.Buffers.RentCopy(response.Span).ChargeTo(_ledger);
        _transaction.Respond(now, status, response);
        _interval = SipTimers.T1;
        _repeat.Arm(now + _interval);
        _giveUp.Arm(now + SipTimers.Timeout);
        return true;
    }

    /// <summary>False for a number that is not the one that waits (481).</summary>
    public bool TryAcknowledge(Instant now, uint sequence)
    {
        if (!IsPending || sequence != _sequence)
        {
            return false;
        }
        StopRepeating();
        if (_waiting.TryDequeue(out (int Status, ReadOnlyMemory<byte> Sdp, WriteHeaders Write) next) && !_transaction.HasFinalResponse)
        {
            _ = Send(now, next.Status, next.Sdp, next.Write);
        }
        return true;
    }

    /// <summary>A final response is sent, or the leg is gone: nothing is repeated any more.</summary>
    public void Stop()
    {
        _waiting.Clear();
        StopRepeating();
    }

    void ITimerOwner.OnFired(Instant now, OwnedTimer timer)
    {
        if (timer == _repeat)
        {
            OnRepeat(now);
        }
        else
        {
            OnGiveUp(now);
        }
    }

    private void OnRepeat(Instant now)
    {
        if (_sent is { } sent)
        {
            _context.Transactions.SendOnce(_transaction.ReplyFlow, sent.Span);
            _interval = 2 * _interval;
            _repeat.Arm(now + _interval);
        }
    }

    private void OnGiveUp(Instant now)
    {
        Stop();
        _onUnanswered(now);
    }

    private void StopRepeating()
    {
        _repeat.Cancel();
        _giveUp.Cancel();
        _sent?.Return();
        _sent = null;
    }
}
