namespace EdgePbx.Simulation;

/// <summary>Everything that may go wrong in a world. A world's seed chooses some; shrinking takes one after the other away.</summary>
[Flags]
internal enum Kinds : long
{
    None = 0,

    // the network
    Loss = 1L << 0,
    Duplicates = 1L << 1,
    Reordering = 1L << 2,
    LongDelays = 1L << 3,
    Partitions = 1L << 4,
    BrokenStreams = 1L << 5,

    // the host
    SendFails = 1L << 6,
    PortFails = 1L << 7,
    PortThrows = 1L << 8,
    RelayLate = 1L << 9,
    RelayNever = 1L << 10,
    RelayTwice = 1L << 11,
    Reloads = 1L << 12,
    Shutdown = 1L << 13,
    FewCalls = 1L << 14,
    FewPorts = 1L << 15,

    // the phones
    Reject = 1L << 20,
    RingForever = 1L << 21,
    Cancel = 1L << 22,
    EarlyHangUp = 1L << 23,
    Changes = 1L << 24,
    RefusesRefresh = 1L << 25,
    IntervalTooSmall = 1L << 26,
    GoneDialog = 1L << 27,
    ServerError = 1L << 28,
    Glare = 1L << 29,
    AnswersTwice = 1L << 30,
    Vanishes = 1L << 31,
    Moves = 1L << 32,
    ReRegisters = 1L << 33,
    Garbage = 1L << 34,
    ReusesCallId = 1L << 35,
    SameCallIdOnBothLegs = 1L << 36,
    Forks = 1L << 37,
    Reliable = 1L << 38,
    EarlyMedia = 1L << 39,
    LateOffer = 1L << 40,
    NoAck = 1L << 41,
    NeverHangsUp = 1L << 42,
    OtherRequests = 1L << 43,
    ShortSessions = 1L << 44,
    BadAnswers = 1L << 45,
    Streams = 1L << 46,
    LargeMessages = 1L << 47,
    LapsingRegistrations = 1L << 48,

    // what the relay hears
    SilentMedia = 1L << 49,

    // the recorder and its medium
    Recorded = 1L << 50,
    RecorderLate = 1L << 51,
    RecorderNever = 1L << 52,
    RecorderFails = 1L << 53,
    DialsCode = 1L << 54,
}
