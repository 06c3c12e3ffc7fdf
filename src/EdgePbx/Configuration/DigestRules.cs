using EdgePbx.Core;

namespace EdgePbx;

/// <summary>The words for <see cref="DigestRule"/>, in its order.</summary>
internal static class DigestRules
{
    /// <summary>An extension may say all three.</summary>
    public static readonly string[] Extension = ["any", "sha-256", "no-qop"];

    /// <summary>What is good for one old phone is no rule for a box.</summary>
    public static readonly string[] Box = ["any", "sha-256"];
}
