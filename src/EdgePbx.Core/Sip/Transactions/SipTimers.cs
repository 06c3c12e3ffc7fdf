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

    /// <summary>
    /// How long a long request waits for any answer over TCP when its peer is registered by UDP: a provisional response comes within
    /// 200 ms (RFC 3261 17.2.1), so whoever is silent for so long has a port that accepts and nothing behind it.
    /// </summary>
    public static readonly TimeSpan TcpTrial = TimeSpan.FromSeconds(3);

    /// <summary>Timer D on an unreliable transport.</summary>
    public static readonly TimeSpan D = TimeSpan.FromSeconds(32);
}
