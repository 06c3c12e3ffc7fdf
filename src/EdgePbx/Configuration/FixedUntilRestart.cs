namespace EdgePbx;

/// <summary>What a reload can't change: it is taken once, when the process starts.</summary>
internal static class FixedUntilRestart
{
    /// <summary>The keys and sections that differ, as the configuration names them.</summary>
    public static IEnumerable<string> Between(PbxConfig old, PbxConfig changed)
    {
        if (!old.Sip.Listen.SequenceEqual(changed.Sip.Listen))
        {
            yield return "sip.listen";
        }
        if ((old.Media.FirstPort, old.Media.LastPort) != (changed.Media.FirstPort, changed.Media.LastPort))
        {
            yield return "media.ports";
        }
        if (old.Status.Socket != changed.Status.Socket)
        {
            yield return "status.socket";
        }
        if (old.Recording with { Mode = default, Code = "" } != changed.Recording with { Mode = default, Code = "" })
        {
            yield return "recording";
        }
        if (old.Records != changed.Records)
        {
            yield return "records";
        }
        if (old.Watchdog != changed.Watchdog)
        {
            yield return "watchdog";
        }
    }
}
