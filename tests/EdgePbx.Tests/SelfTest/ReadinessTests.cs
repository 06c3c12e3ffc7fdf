namespace EdgePbx.Tests;

/// <summary>When the process may call itself ready.</summary>
public sealed class ReadinessTests : IDisposable
{
    private static readonly SelfTestResult Good = new("call 1", Passed: true, "fine");
    private static readonly SelfTestResult Bad = new("call 1: set-up", Passed: false, "nobody rang");

    private readonly RecordingLogger _log = new();
    private readonly ManualResetEventSlim _ready = new();
    private readonly List<bool> _told = [];

    [Fact]
    public void Without_a_test_it_is_ready_at_once()
    {
        using var readiness = new Readiness(isTested: false, () => throw new InvalidOperationException(), _ready.Set, _told.Add, _log);

        Assert.Equal((true, true, Readiness.NotAsked), (_ready.IsSet, readiness.IsReady, readiness.SelfTestState));
    }

    [Fact]
    public void A_test_that_fails_is_made_again_until_it_passes()
    {
        var answers = new Queue<SelfTestResult>([Bad, Bad, Good]);
        using var readiness = new Readiness(isTested: true, () => [answers.Dequeue()], _ready.Set, _told.Add, _log, TimeSpan.Zero);

        Assert.True(_ready.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Equal((true, Readiness.Passed), (readiness.IsReady, readiness.SelfTestState));
        Assert.Equal((2, 1), (_log.EventCount("self_test_failed"), _log.EventCount("self_test_passed")));
        Assert.Equal([false, false, true], _told);
    }

    [Fact]
    public void While_it_fails_it_says_what_does()
    {
        using var readiness = new Readiness(isTested: true, () => [Good, Bad], _ready.Set, _told.Add, _log);

        Assert.True(SpinWait.SpinUntil(() => readiness.SelfTestState != Readiness.Running, TimeSpan.FromSeconds(30)));
        Assert.Equal((false, "failed: call 1: set-up: nobody rang", false), (readiness.IsReady, readiness.SelfTestState, _ready.IsSet));
    }

    [Fact]
    public void A_test_that_outlives_the_process_says_nothing()
    {
        using var goOn = new ManualResetEventSlim();
        Thread? testing = null;
        using var hasBegun = new ManualResetEventSlim();
        var readiness = new Readiness(isTested: true, Check, _ready.Set, _told.Add, _log);
        Assert.True(hasBegun.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        readiness.Dispose();
        goOn.Set();

        Assert.True(testing!.Join(TimeSpan.FromSeconds(30)));
        Assert.Equal((false, 0), (_ready.IsSet, _log.EventCount("self_test_passed")));
        Assert.Empty(_told);

        IReadOnlyList<SelfTestResult> Check()
        {
            testing = Thread.CurrentThread;
            hasBegun.Set();
            goOn.Wait();
            return [Good];
        }
    }

    public void Dispose() => _ready.Dispose();
}
