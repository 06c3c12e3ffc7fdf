namespace EdgePbx.Core;

/// <summary>RFC 3261 table 4 and RFC 6026: T1, T2, T4 and what follows from them.</summary>
public static class SipTimers
{
    /// <summary>Round-trip estimate.</summary>
    public static readonly TimeSpan T1 = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest interval between retransmissions of non-INVITE requests and INVITE responses.</summary>
    public static readonly TimeSpan T2 = TimeSpan.FromSeconds(4);

    /// <summary>How long a message may stay in the network.</summary>
    public static readonly TimeSpan T4 = TimeSpan.FromSeconds(5);

    /// <summary>Timers B, F, H, J, L, M: 64*T1.</summary>
    public static readonly TimeSpan Timeout = 64 * T1;

    /// <summary>Timer D on an unreliable transport.</summary>
    public static readonly TimeSpan D = TimeSpan.FromSeconds(32);
}
