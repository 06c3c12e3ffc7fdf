using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>
/// A piece of hardware that may fail: it is opened when it is first wanted, given up when it fails, which is logged once,
/// and tried again each minute.
/// </summary>
/// <param name="name">As the log calls it.</param>
/// <param name="open">Opens it, or throws with what to look at.</param>
internal sealed class Retried<T>(string name, Func<T> open, ILogger log) : IDisposable
    where T : class, IDisposable
{
    public static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(1);

    private T? _value;
    private Instant _retryAt = new(long.MinValue);
    private bool _isFailing;

    /// <summary>It was opened just now: nothing of what was done to the former one holds.</summary>
    public bool IsNew { get; private set; }

    /// <summary>Null while it is not open; it is not tried.</summary>
    public T? Current => _value;

    /// <summary>When it is tried again; never while it works.</summary>
    public Instant RetryAt => _value is null ? _retryAt : Instant.Never;

    /// <summary>Null while it can't be had.</summary>
    public T? Get(Instant now)
    {
        IsNew = false;
        if (_value is null && now >= _retryAt)
        {
            TryOpen(now);
        }
        return _value;
    }

    /// <summary>It has failed in use.</summary>
    public void Fail(Instant now, Exception failure)
    {
        _retryAt = now + RetryAfter;
        Close();
        if (!_isFailing)
        {
            _isFailing = true;
            log.LedDriverFailed(name, failure.Message);
        }
    }

    public void Dispose() => Close();

    private void TryOpen(Instant now)
    {
        try
        {
            _value = open();
            IsNew = true;
        }
#pragma warning disable CA1031 // whatever is wrong with a lamp, calls go on
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Fail(now, failure);
            return;
        }
        if (_isFailing)
        {
            _isFailing = false;
            log.LedDriverResumed(name);
        }
    }

    private void Close()
    {
        try
        {
            _value?.Dispose();
        }
#pragma warning disable CA1031 // it is gone, one way or the other
        catch (Exception)
#pragma warning restore CA1031
        {
        }
        _value = null;
    }
}
