namespace EdgePbx.Simulation;

/// <summary>What makes a run: the same plan is the same run, message for message.</summary>
/// <param name="Calls">How many calls the seed plans.</param>
/// <param name="With">What may go wrong; null: what the seed chooses.</param>
/// <param name="Only">Which of the calls take place; null: all.</param>
internal sealed record Plan(ulong Seed, int Calls, Kinds? With = null, IReadOnlySet<int>? Only = null)
{
    public bool Has(int call) => Only is null || Only.Contains(call);
}
