using System.Reflection;

namespace EdgePbx.Core.Tests;

/// <summary>What fuzzing has found once stays found: each file in Cases, named TARGET-what-it-is, is replayed.</summary>
public class FuzzCaseTests
{
    private static readonly Assembly Here = typeof(FuzzCaseTests).Assembly;

    public static IEnumerable<TheoryDataRow<string>> Cases =>
        Here.GetManifestResourceNames().Where(name => name.EndsWith(".bin", StringComparison.Ordinal)).Order().Select(name => new TheoryDataRow<string>(name));

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_case_that_was_found_is_borne(string name)
    {
        using Stream file = Here.GetManifestResourceStream(name)!;
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        FuzzTargets.All[name[..name.IndexOf('-', StringComparison.Ordinal)]](bytes);
    }

    [Fact]
    public void Each_target_bears_the_seeds_that_fuzzing_starts_from()
    {
        Assert.Equal(FuzzTargets.All.Keys.Order(), FuzzSeeds.All.Select(seed => seed.Target).Distinct().Order());
        Assert.All(FuzzSeeds.All, seed => FuzzTargets.All[seed.Target](seed.Bytes));
    }

    /// <summary>What a fuzzer does, without its sense of direction: a bound on how easily the engine breaks.</summary>
    [Fact]
    public void Seeds_with_random_damage_are_borne()
    {
        var random = new Random(1);
        for (int round = 0; round < 40; round++)
        {
            foreach (FuzzSeed seed in FuzzSeeds.All)
            {
                byte[] bytes = [.. seed.Bytes];
                for (int damage = 0; damage < 4; damage++)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }
                FuzzTargets.All[seed.Target](bytes);
            }
        }
    }
}
