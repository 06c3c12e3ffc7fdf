namespace EdgePbx.Simulation;

/// <summary>Looks for a smaller world that breaks the same rule: without what need not go wrong, and without calls that don't matter.</summary>
internal static class Shrinker
{
    private static readonly int[] Small = [1, 2, 3, 5, 8, 13];

    /// <param name="attempts">How many worlds it may try at most for each step.</param>
    public static Plan Shrink(Plan plan, Func<Plan, bool> breaksTheRule, int attempts = 200)
    {
        int left = attempts;
        bool Fails(Plan candidate) => left-- > 0 && breaksTheRule(candidate);
        plan = WithoutKinds(plan, Fails);
        left = attempts;
        plan = WithoutCalls(plan, Fails);
        left = 5 * attempts;
        plan = InSmallWorlds(plan, Fails);
        left = attempts;
        return WithoutKinds(plan, Fails);
    }

    private static Plan WithoutKinds(Plan plan, Func<Plan, bool> fails)
    {
        foreach (Kinds kind in Enum.GetValues<Kinds>())
        {
            Kinds present = new Weather(plan).Present;
            Plan candidate = plan with { With = present & ~kind };
            if ((present & kind) != 0 && fails(candidate))
            {
                plan = candidate;
            }
        }
        return plan;
    }

    /// <summary>
    /// Each call that is left out changes the fate of all later messages, so a failure that needs some luck is soon lost.
    /// Worlds of few calls in the same weather are quick: perhaps one of them has that luck too.
    /// </summary>
    private static Plan InSmallWorlds(Plan plan, Func<Plan, bool> fails)
    {
        Kinds present = new Weather(plan).Present;
        int calls = plan.Only?.Count ?? plan.Calls;
        foreach (int few in Small.Where(few => few < calls))
        {
            for (ulong i = 1; i <= 160; i++)
            {
                var candidate = new Plan(plan.Seed + (i << 48), few, present);
                if (fails(candidate))
                {
                    return candidate;
                }
            }
        }
        return plan;
    }

    /// <summary>Takes away halves, quarters and so on, as long as it still fails.</summary>
    private static Plan WithoutCalls(Plan plan, Func<Plan, bool> fails)
    {
        List<int> calls = [.. Enumerable.Range(0, plan.Calls).Where(plan.Has)];
        for (int size = Math.Max(1, calls.Count / 2); ; size = Math.Max(1, size / 2))
        {
            bool wasShrunk = false;
            for (int start = 0; start < calls.Count; start += size)
            {
                List<int> rest = [.. calls.Take(start), .. calls.Skip(start + size)];
                Plan candidate = plan with { Only = rest.ToHashSet() };
                if (rest.Count > 0 && fails(candidate))
                {
                    (calls, plan, wasShrunk) = (rest, candidate, true);
                    start -= size;
                }
            }
            if (size == 1 && !wasShrunk)
            {
                return plan;
            }
        }
    }
}
