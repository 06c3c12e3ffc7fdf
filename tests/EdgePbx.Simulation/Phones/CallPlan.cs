namespace EdgePbx.Simulation;

/// <summary>What the caller of one call means to do. All of it is drawn at once, so that other calls don't change it.</summary>
internal sealed class CallPlan
{
    public CallPlan(int index, string callee, Rng rng)
    {
        (Index, Callee) = (index, callee);
        Cancels = rng.Chance(0.35);
        CancelAfter = rng.Pick(rng.Between(0, 0.2), rng.Between(0, 3), rng.Between(1, 25));
        TalkTime = rng.Pick(rng.Between(0, 2), rng.Between(1, 30), rng.Between(10, 70), rng.Between(30, 300), rng.Between(100, 1000));
        IsLateOffer = rng.Chance(0.3);
        KnowsReliable = rng.Chance(0.5);
        WantsReliable = rng.Chance(0.2);
        ReusesCallId = rng.Chance(0.5);
        ReusesTag = rng.Chance(0.2);
        Session = rng.Pick("", "", "Session-Expires: 90\r\n", "Session-Expires: 1800\r\n", "Session-Expires: 90;refresher=uac\r\n", "Session-Expires: 120;refresher=uas\r\n", "Session-Expires: 600\r\nMin-SE: 300\r\n");
        IsSessionTooShort = rng.Chance(0.3);
        Redials = rng.Chance(0.3);
        Expires = rng.Chance(0.1) ? rng.Pick(2, 10, 50) : 0;
    }

    public int Index { get; }
    public string Callee { get; }
    public bool Cancels { get; }
    public TimeSpan CancelAfter { get; }
    public TimeSpan TalkTime { get; }
    public bool IsLateOffer { get; }
    public bool KnowsReliable { get; }
    public bool WantsReliable { get; }
    public bool ReusesCallId { get; }
    public bool ReusesTag { get; }

    /// <summary>Header lines for the first INVITE.</summary>
    public string Session { get; }

    public bool IsSessionTooShort { get; }

    /// <summary>After a refusal or the end the same is called again at once.</summary>
    public bool Redials { get; }

    public int Expires { get; }
}
