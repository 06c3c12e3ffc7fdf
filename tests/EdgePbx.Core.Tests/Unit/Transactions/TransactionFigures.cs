namespace EdgePbx.Core.Tests;

/// <summary>Compares a transaction's table with a figure of the RFC, row by row.</summary>
internal static class TransactionFigures
{
    /// <summary>Fails when a pair of state and input is not listed, is listed twice, or goes elsewhere than the figure says.</summary>
    internal static void AssertMatches<TState, TInput, TAct>(
        IReadOnlyList<(TState State, TInput Input, TState Next, TAct Do)> figure, Func<TState, TInput, (TState Next, TAct Do)> step)
        where TState : struct, Enum
        where TInput : struct, Enum
        where TAct : struct, Enum
    {
        foreach (TState state in Enum.GetValues<TState>())
        {
            foreach (TInput input in Enum.GetValues<TInput>())
            {
                int listed = figure.Count(row => row.State.Equals(state) && row.Input.Equals(input));
                Assert.True(listed == 1, $"({state}, {input}) is listed {listed} times");
                (_, _, TState next, TAct act) = figure.Single(row => row.State.Equals(state) && row.Input.Equals(input));
                Assert.Equal(($"({state}, {input})", next, act), ($"({state}, {input})", step(state, input).Next, step(state, input).Do));
            }
        }
        Assert.Equal(Enum.GetValues<TState>().Length * Enum.GetValues<TInput>().Length, figure.Count);
    }
}
