namespace EdgePbx.EndToEnd;

/// <summary>The events of one PBX so far; tests wait for them, never for time to pass.</summary>
internal sealed class EventLog
{
    private readonly Lock _gate = new();
    private readonly List<LogEvent> _events = [];
    private TaskCompletionSource _next = NewSignal();

    public LogEvent[] All
    {
        get
        {
            lock (_gate)
            {
                return [.. _events];
            }
        }
    }

    public int Count(string name) => All.Count(e => e.Name == name);

    public void Add(LogEvent logged)
    {
        TaskCompletionSource arrived;
        lock (_gate)
        {
            _events.Add(logged);
            (arrived, _next) = (_next, NewSignal());
        }
        arrived.SetResult();
    }

    /// <returns>False when the deadline came first.</returns>
    public async Task<bool> WaitUntilAsync(Func<LogEvent[], bool> holds, TimeSpan deadline)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(deadline);
        while (true)
        {
            Task next;
            lock (_gate)
            {
                next = _next.Task;
            }
            if (holds(All))
            {
                return true;
            }
            try
            {
                await next.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
