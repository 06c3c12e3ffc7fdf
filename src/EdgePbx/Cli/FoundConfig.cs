namespace EdgePbx;

/// <summary>Which configuration a verb means that asks a running process or checks: a technician types no path where one will do.</summary>
internal static class FoundConfig
{
    /// <summary>Where the service of a distribution has it.</summary>
    public const string OfService = "/etc/edgepbx/edgepbx.toml";

    /// <param name="named">By the command line; null: nothing is.</param>
    /// <param name="here">The first place that is looked at.</param>
    /// <param name="service">The second one.</param>
    /// <param name="serviceState">Where the service keeps the copy of the last good one.</param>
    /// <returns>Null: there is none.</returns>
    public static string? Of(
        string? named, string here = StarterConfig.FileName, string service = OfService, string serviceState = StateFolder.OfService)
    {
        if (named is not null)
        {
            return named;
        }
        if (IsThere(here) || IsThere(service))
        {
            return IsThere(here) ? here : service;
        }
        // the file is gone, but what was started with it may run on with the copy
        string beside = StateFolder.GoodOf(Path.GetDirectoryName(Path.GetFullPath(here))!, here);
        return IsThere(beside) ? here : IsThere(StateFolder.GoodOf(serviceState, service)) ? service : null;
    }

    /// <param name="option">What names one: <c>--config FILE</c>.</param>
    public static string Missing(string option) => $"there is no {StarterConfig.FileName} here and no {OfService}: give {option}";

    // one that this user may not look at is there: reading it says what is wrong
    private static bool IsThere(string path)
    {
        try
        {
            _ = File.GetAttributes(path);
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
