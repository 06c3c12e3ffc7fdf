namespace EdgePbx.Simulation;

/// <summary>What goes wrong in one world, and how often. Some worlds are calm and some are hell.</summary>
internal sealed class Weather
{
    private static readonly Kinds[] All = [.. Enum.GetValues<Kinds>().Where(kind => kind != Kinds.None)];

    // where they are, few calls get far
    private const Kinds Rare = Kinds.RelayNever | Kinds.Shutdown | Kinds.FewCalls | Kinds.FewPorts | Kinds.PortThrows | Kinds.RecorderNever;
    private const Kinds OfRecorder = Kinds.Recorded | Kinds.RecorderLate | Kinds.RecorderNever | Kinds.RecorderFails | Kinds.DialsCode;

    public Weather(Plan plan)
    {
        var rng = Rng.For(plan.Seed, 1, 0);
        double mood = rng.Unit();
        double share = mood < 0.1 ? 0 : mood < 0.85 ? 0.1 + (0.5 * rng.Unit()) : 0.8;
        var recorder = Rng.For(plan.Seed, 10, 0); // drawn apart, so that the rest of a seed's weather is what it was without
        foreach (Kinds kind in All)
        {
            if ((OfRecorder.HasFlag(kind) ? recorder : rng).Chance(share * (Rare.HasFlag(kind) ? 0.3 : 1)))
            {
                Present |= kind;
            }
        }
        Present = plan.With ?? Present;
        Loss = Draw(rng, Kinds.Loss, 0.01, 0.3);
        Duplicates = Draw(rng, Kinds.Duplicates, 0.01, 0.2);
        LongDelays = Draw(rng, Kinds.LongDelays, 0.002, 0.05);
        Jitter = Draw(rng, Kinds.Reordering, 0.05, 2);
        Partitions = Draw(rng, Kinds.Partitions, 0.02, 0.2);
        SendFails = Draw(rng, Kinds.SendFails, 0.002, 0.1);
        PortFails = Draw(rng, Kinds.PortFails, 0.01, 0.2);
        PortThrows = Draw(rng, Kinds.PortThrows, 0.005, 0.05);
        RelayLate = Draw(rng, Kinds.RelayLate, 0.02, 0.5);
        RelayNever = Draw(rng, Kinds.RelayNever, 0.01, 0.1);
        RelayTwice = Draw(rng, Kinds.RelayTwice, 0.05, 0.5);
        SilentMedia = Draw(rng, Kinds.SilentMedia, 0.02, 0.5);
        RecorderLate = Draw(recorder, Kinds.RecorderLate, 0.02, 0.5);
        RecorderNever = Draw(recorder, Kinds.RecorderNever, 0.01, 0.1);
        RecorderFails = Draw(recorder, Kinds.RecorderFails, 0.02, 0.5);
        DialsCode = Draw(recorder, Kinds.DialsCode, 0.2, 0.9);
        SessionInterval = rng.Pick(90, 90, 120, 300, 1800);
        SessionInterval = Has(Kinds.ShortSessions) ? 90 : SessionInterval;
        RingTimeout = rng.Pick(15, 30, 60, 120);
        MaxCalls = Has(Kinds.FewCalls) ? 1 + rng.Below(4) : 1000;
        Pairs = Has(Kinds.FewPorts) ? 2 + rng.Below(10) : 4000;
        CallsPerMinute = rng.Pick(2, 6, 20, 60);
    }

    public Kinds Present { get; }
    public double Loss { get; }
    public double Duplicates { get; }
    public double LongDelays { get; }

    /// <summary>In seconds, beside the delay of all messages.</summary>
    public double Jitter { get; }

    /// <summary>How often an hour each phone is cut off.</summary>
    public double Partitions { get; }

    public double SendFails { get; }
    public double PortFails { get; }
    public double PortThrows { get; }
    public double RelayLate { get; }
    public double RelayNever { get; }
    public double RelayTwice { get; }

    /// <summary>How likely a phone is not heard for a while, or any more.</summary>
    public double SilentMedia { get; }
    public double RecorderLate { get; }
    public double RecorderNever { get; }
    public double RecorderFails { get; }

    /// <summary>How likely somebody dials the code each time that his phone is listened to anew.</summary>
    public double DialsCode { get; }
    public int SessionInterval { get; }
    public int RingTimeout { get; }
    public int MaxCalls { get; }
    public int Pairs { get; }
    public int CallsPerMinute { get; }

    public bool Has(Kinds kind) => (Present & kind) != 0;

    private double Draw(Rng rng, Kinds kind, double least, double most)
    {
        double level = least + (rng.Unit() * rng.Unit() * (most - least)); // mostly mild
        return Has(kind) ? level : 0;
    }
}
