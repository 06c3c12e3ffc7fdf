namespace EdgePbx.Core.Tests;

/// <summary>Settings for stories that need something else than the default.</summary>
internal static class SettingsWith
{
    /// <summary>Every extension may take all that there is: two phones are enough to fill the box.</summary>
    public static PbxSettings WithoutShares(this PbxSettings settings) =>
        settings with { Extensions = [.. settings.Extensions.Select(static one => one with { MayTakeAll = true })] };
}
