namespace EdgePbx.Core;

/// <summary>What a request or a 2xx says about session timers.</summary>
internal readonly record struct SessionTerms(TimeSpan? Interval, RefresherParam Refresher, TimeSpan MinSe, bool SupportsTimer)
{
    /// <summary>Absent Min-SE means 90 s (RFC 4028 section 5), zero here: the caller's own minimum is never below what it wants.</summary>
    public static SessionTerms Read(SipMessage message)
    {
        TimeSpan? interval = null;
        var refresher = RefresherParam.None;
        if (SessionExpires.TryParse(message.First(HeaderName.SessionExpires), out SessionExpires expires))
        {
            (interval, refresher) = (Seconds(expires.Seconds), expires.Refresher);
        }
        TimeSpan minimum = message.TryGetUInt32(HeaderName.MinSe, out uint seconds) ? Seconds(seconds) : TimeSpan.Zero;
        bool supports = message.HasToken(HeaderName.Supported, "timer"u8) || message.HasToken(HeaderName.Require, "timer"u8);
        return new SessionTerms(interval, refresher, minimum, supports);
    }

    // a week is longer than any call, and keeps arithmetic on ticks far from its limits
    private static TimeSpan Seconds(uint seconds) => TimeSpan.FromSeconds(Math.Min(seconds, 604800));
}

/// <summary>What we answer as the UAS of a request (RFC 4028 section 9).</summary>
internal readonly record struct SessionAgreement(TimeSpan Interval, RefresherParam Refresher, bool Requires)
{
    public bool IsOn => Interval > TimeSpan.Zero;

    /// <summary>As the configuration wants it; false: <see cref="Refuse"/>.</summary>
    public static bool TryAnswer(in SessionTerms asked, PbxSettings settings, out SessionAgreement agreement) =>
        TryAnswer(asked, Max(settings.SessionInterval, settings.SessionMinimum), settings.SessionMinimum, out agreement);

    /// <summary>422 with our minimum (ST-04, ST-06).</summary>
    public static void Refuse(PbxContext context, Instant now, ServerTransaction transaction)
    {
        SipWriter writer = context.BeginResponse(transaction, 422);
        SessionTimerHeaders.WriteMinimum(ref writer, context.Settings.SessionMinimum);
        context.SendResponse(now, transaction, 422, ref writer);
    }

    /// <summary>RFC 4028 section 9 and table 2. False: the interval is too small, answer 422 with our minimum.</summary>
    /// <param name="wanted">The interval that we would like.</param>
    /// <param name="minimum">The smallest that we accept.</param>
    public static bool TryAnswer(in SessionTerms asked, TimeSpan wanted, TimeSpan minimum, out SessionAgreement agreement)
    {
        agreement = default;
        TimeSpan least = Max(minimum, asked.MinSe);
        if (asked.Interval is { } interval)
        {
            if (interval < minimum && asked.SupportsTimer)
            {
                return false; // ST-04; who does not know the timer would not know the 422 (erratum 1687, ST-05)
            }
            // never raised, lowered at most to the peer's Min-SE (ST-10)
            interval = interval > wanted ? Min(interval, Max(wanted, least)) : Max(interval, minimum);
        }
        else
        {
            interval = Max(wanted, least);
        }
        // table 2: who does not support the timer never refreshes; who named a refresher is taken at its word
        RefresherParam refresher = asked.SupportsTimer && asked.Refresher != RefresherParam.None ? asked.Refresher : RefresherParam.Uas;
        agreement = new SessionAgreement(interval, refresher, asked.SupportsTimer);
        return true;
    }

    public void Write(ref SipWriter writer)
    {
        if (!IsOn)
        {
            return;
        }
        SessionTimerHeaders.Write(ref writer, Interval, Refresher);
        if (Requires)
        {
            writer.Header(HeaderName.Require, "timer"u8); // ST-13 MUST for uac, ST-14 SHOULD for uas
        }
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}

/// <summary>Writes the two header fields of RFC 4028.</summary>
internal static class SessionTimerHeaders
{
    public static void Write(ref SipWriter writer, TimeSpan interval, RefresherParam refresher)
    {
        writer.BeginHeader(HeaderName.SessionExpires);
        writer.Raw((uint)interval.TotalSeconds);
        writer.Raw(refresher switch { RefresherParam.Uac => ";refresher=uac"u8, RefresherParam.Uas => ";refresher=uas"u8, _ => default });
        writer.EndHeader();
    }

    /// <summary>What a Min-SE may say at least, and what its absence says (RFC 4028 section 5).</summary>
    public static TimeSpan LeastMinimum { get; } = TimeSpan.FromSeconds(90);

    public static void WriteMinimum(ref SipWriter writer, TimeSpan minimum) =>
        writer.Header(HeaderName.MinSe, (uint)Math.Ceiling((minimum > LeastMinimum ? minimum : LeastMinimum).TotalSeconds));
}
