namespace EdgePbx.EndToEnd;

/// <summary>Looks what is left of every PBX of this run. The only test that does not run beside others: such a one runs after all of them.</summary>
public sealed class LastOfAll
{
    [Fact(DisableParallelization = true)]
    [Trait("Clause", "ST-33")]
    [Trait("Clause", "race 47")]
    public async Task After_64_T1_every_gauge_of_every_pbx_is_at_its_baseline()
    {
        (int watched, string[] faults) = await Lingering.EndAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"{watched} PBXs were watched to their end");
        Assert.True(faults.Length == 0, string.Join("\n\n", faults));
    }
}
