namespace EdgePbx;

/// <summary>What the boot script has told the kernel of how this machine was started.</summary>
internal static class BootLine
{
    /// <summary>Null: not from a slot.</summary>
    public static Slot? RunningSlot(string line) => SlotState.ParseSlot(Value(line, "edgepbx.slot="));

    /// <summary>The kernel's line; empty where there is none.</summary>
    public static string Read()
    {
        try
        {
            return File.ReadAllText("/proc/cmdline");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string? Value(string line, string name) => line
        .Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
        .LastOrDefault(word => word.StartsWith(name, StringComparison.Ordinal))?[name.Length..];
}
