using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>
/// Whether this process may call itself ready: at once, or when the self-test has passed beside the phones that are served
/// already. A test that fails is made again, since what was in its way may go; nobody is refused meanwhile.
/// </summary>
internal sealed class Readiness : IDisposable
{
    /// <summary>The words of <see cref="SelfTestState"/>; a failure's are the check and what it saw.</summary>
    public const string NotAsked = "not asked for";
    public const string Running = "running";
    public const string Passed = "passed";
    public const string Failed = "failed: ";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly Func<IReadOnlyList<SelfTestResult>> _check;
    private readonly Action _onReady;
    private readonly Action<bool> _onTested;
    private readonly ILogger _log;
    private readonly TimeSpan _pause;
    private readonly object _gate = new();
    private bool _isOver;
    private volatile string _state;

    /// <param name="isTested">False: it is ready without a test.</param>
    /// <param name="check">The self-test.</param>
    /// <param name="onReady">Called once, on some thread.</param>
    /// <param name="onTested">Told of each test whether it has passed, on some thread.</param>
    /// <param name="log">Told how each test ended.</param>
    /// <param name="pause">Between a test that failed and the next one.</param>
    public Readiness(
        bool isTested, Func<IReadOnlyList<SelfTestResult>> check, Action onReady, Action<bool> onTested, ILogger log, TimeSpan? pause = null)
    {
        (_check, _onReady, _onTested, _log, _pause) = (check, onReady, onTested, log, pause ?? Pause);
        _state = isTested ? Running : NotAsked;
        if (isTested)
        {
            new Thread(Test) { Name = "readiness", IsBackground = true }.Start();
        }
        else
        {
            onReady();
        }
    }

    public bool IsReady => _state is NotAsked or Passed;

    public string SelfTestState => _state;

    /// <summary>No test begins any more, and one that is being made says nothing.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Test()
    {
        do
        {
            IReadOnlyList<SelfTestResult> results = _check();
            if (IsOver(TimeSpan.Zero))
            {
                return;
            }
            IReadOnlyList<SelfTestResult> failed = SelfTestResult.Conclude(results, _log);
            _state = failed.Count == 0 ? Passed : $"{Failed}{failed[0].Name}: {failed[0].Detail}";
            _onTested(failed.Count == 0);
            if (failed.Count == 0)
            {
                _onReady();
                return;
            }
        }
        while (!IsOver(_pause));
    }

    private bool IsOver(TimeSpan patience)
    {
        lock (_gate)
        {
            return _isOver || (Monitor.Wait(_gate, patience) && _isOver);
        }
    }
}
