namespace EdgePbx;

/// <summary>What <c>edgepbx selftest</c> does.</summary>
internal static class SelfTest
{
    /// <returns>The exit code: 0 when everything works here.</returns>
    public static int Run(TextWriter output)
    {
        output.WriteLine("selftest is not built into this version");
        return 1;
    }
}
