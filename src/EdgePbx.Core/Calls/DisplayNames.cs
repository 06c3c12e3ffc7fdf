namespace EdgePbx.Core;

/// <summary>RFC 3261 25.1: a display name as a quoted string with a space behind it, or nothing.</summary>
internal static class DisplayNames
{
    public static string Quote(string name)
    {
        string clean = string.Concat(name.Where(static c => !char.IsControl(c)));
        return clean.Length == 0 ? "" : $"\"{clean.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\" ";
    }
}
