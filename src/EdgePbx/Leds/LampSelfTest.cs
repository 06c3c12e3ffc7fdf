using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>
/// The self-test that a press of the button starts. After one that failed it is made again by itself until one passes, whoever made that:
/// what was in its way may go, and nobody stands there to press again. Those are not shown while they run, only what they come to.
/// </summary>
/// <param name="check">The self-test.</param>
/// <param name="panel">What lamps show.</param>
/// <param name="log">Told how each test ended.</param>
/// <param name="now">The monotonic clock.</param>
internal sealed class LampSelfTest(Func<IReadOnlyList<SelfTestResult>> check, LedPanel panel, ILogger log, Func<Instant> now)
{
    private static readonly TimeSpan ResultShown = TimeSpan.FromSeconds(10);

    /// <summary>Between a test that failed and the next one.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly object _gate = new();
    private bool _isRunning;
    private bool _isWatched; // somebody has pressed the button and looks at the lamps
    private Instant _due = Instant.Never;

    /// <summary>Any thread: one is being made.</summary>
    public bool IsRunning
    {
        get
        {
            lock (_gate)
            {
                return _isRunning;
            }
        }
    }

    /// <summary>Any thread: the button was pressed. A test that runs already is the one that he sees.</summary>
    public void Press()
    {
        lock (_gate)
        {
            _isWatched = true;
            panel.Tell(LedAction.SelfTestRunning, Instant.Never);
            Start();
        }
    }

    /// <summary>Any thread, now and then: whether it is time to try again.</summary>
    public void Tick()
    {
        lock (_gate)
        {
            if (_due <= now())
            {
                Start();
            }
        }
    }

    /// <summary>Any thread: how the newest self-test ended, whoever wanted it. One that failed is shown until one passes.</summary>
    public void Tell(bool hasPassed)
    {
        lock (_gate)
        {
            _due = hasPassed ? Instant.Never : _due;
            panel.Tell(LedTroubles.SelfTestFailed, hasPassed ? LedTroubles.None : LedTroubles.SelfTestFailed);
        }
    }

    private void Start()
    {
        if (!_isRunning)
        {
            (_isRunning, _due) = (true, Instant.Never);
            new Thread(Run) { Name = "selftest", IsBackground = true }.Start();
        }
    }

    private void Run()
    {
        bool hasPassed = SelfTestResult.Conclude(check(), log).Count == 0;
        lock (_gate)
        {
            Tell(hasPassed);
            _due = hasPassed ? Instant.Never : now() + Pause;
            if (_isWatched)
            {
                panel.Tell(hasPassed ? LedAction.SelfTestPassed : LedAction.SelfTestFailed, now() + ResultShown);
            }
            (_isRunning, _isWatched) = (false, false);
        }
    }
}
