namespace EdgePbx.Core;

/// <summary>The four lamps of the language. A board with fewer shows several in one, a board with none is served by <c>leds watch</c>.</summary>
[Flags]
public enum LedId : byte
{
    None = 0,
    System = 1,
    Calls = 2,
    Timer = 4,
    Network = 8,
    All = System | Calls | Timer | Network,
}

/// <summary>What colour a lamp has that can have several. Red is an error, and nothing else is ever red.</summary>
public enum LedColor : byte
{
    Dark,

    /// <summary>Green: as it should be.</summary>
    Normal,

    /// <summary>Blue: somebody should look, some time.</summary>
    Attention,

    /// <summary>Red.</summary>
    Error,
}

/// <summary>Everything that a lamp can say, the most urgent first: where several are shown by one lamp, the first wins.</summary>
public enum LedMeaning : byte
{
    ResetWarning,
    SelfTestRunning,
    SelfTestFailed,
    SelfTestPassed,
    NoConfiguration,
    CannotListen,
    CannotWrite,
    CannotMeasure,
    BrokeDown,
    StorageFailed,
    ConfigRefused,
    LeftBehind,
    NoLink,
    NoAddress,
    Starting,
    Degraded,
    RefreshLate,
    AtCapacity,
    NoPhone,
    TimeNotSet,
    SessionExpired,
    Refreshed,
    ManyCalls,
    FiveCalls,
    FourCalls,
    ThreeCalls,
    TwoCalls,
    OneCall,
    TimersHealthy,
    Ready,
    Online,
    NoCall,
    NoTimer,
}
