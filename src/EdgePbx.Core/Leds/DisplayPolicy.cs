namespace EdgePbx.Core;

/// <summary>The pages of a status display, in the order in which they come.</summary>
public enum DisplayPage : byte
{
    /// <summary>Which box it is, and where it can be reached.</summary>
    Box,
    Phones,
    Calls,
    Timers,
    LastCall,

    /// <summary>What a lamp that is red or blue says, in words.</summary>
    Lamps,

    /// <summary>What goes on at the button; nothing else is shown meanwhile.</summary>
    Action,
}

/// <summary>Which page a display shows at a moment: a function of the status and the time, so that two displays show the same.</summary>
public static class DisplayPolicy
{
    /// <summary>How long a page is shown before the next one comes by itself.</summary>
    public static readonly TimeSpan PageShown = TimeSpan.FromSeconds(4);

    /// <summary>How long one is shown that somebody has leafed to.</summary>
    public static readonly TimeSpan ChosenShown = TimeSpan.FromSeconds(20);

    /// <summary>The page of now. While a lamp is red, each second one says why.</summary>
    public static DisplayPage PageAt(LedStatus status, Instant now)
    {
        if (status.Action != LedAction.None && now < status.ActionUntil)
        {
            return DisplayPage.Action;
        }
        if (now < status.PageUntil)
        {
            return Has(status, status.Page, now) ? status.Page : DisplayPage.Box;
        }
        return OfTurn(now.Ticks / PageShown.Ticks, status, now);
    }

    /// <summary>When that may change although nothing happens.</summary>
    public static Instant NextChange(LedStatus status, Instant now)
    {
        Instant next = LedPolicy.NextChange(status, now);
        Instant turn = now < status.PageUntil ? status.PageUntil : new Instant(((now.Ticks / PageShown.Ticks) + 1) * PageShown.Ticks);
        return turn < next ? turn : next;
    }

    /// <summary>The status after somebody has leafed on: the page behind the one that he sees.</summary>
    public static LedStatus Leaf(LedStatus status, Instant now)
    {
        DisplayPage next = PageAt(status, now);
        do
        {
            next = next >= DisplayPage.Lamps ? DisplayPage.Box : next + 1;
        }
        while (!Has(status, next, now));
        return status with { Page = next, PageUntil = now + ChosenShown };
    }

    /// <summary>The most urgent thing that any lamp says now.</summary>
    internal static LedRow Worst(LedStatus status, Instant now) => LedLanguage.Of(LedPolicy.MeaningOf(LedId.All, status, now));

    private static DisplayPage OfTurn(long turn, LedStatus status, Instant now)
    {
        DisplayPage last = DisplayPage.Lamps;
        if (Worst(status, now).Color == LedColor.Error)
        {
            if (turn % 2 == 0)
            {
                return DisplayPage.Lamps;
            }
            (turn, last) = (turn / 2, DisplayPage.LastCall);
        }
        int count = 0;
        for (DisplayPage page = 0; page <= last; page++)
        {
            count += Has(status, page, now) ? 1 : 0;
        }
        long left = turn % count;
        for (DisplayPage page = 0; ; page++)
        {
            if (Has(status, page, now) && left-- == 0)
            {
                return page;
            }
        }
    }

    private static bool Has(LedStatus status, DisplayPage page, Instant now) => page switch
    {
        DisplayPage.LastCall => status.Engine.LastCall is not null,
        DisplayPage.Lamps => Worst(status, now).Color is LedColor.Error or LedColor.Attention,
        DisplayPage.Action => false,
        _ => true,
    };
}
