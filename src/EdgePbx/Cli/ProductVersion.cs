using System.Reflection;
using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>What this binary is.</summary>
internal static class ProductVersion
{
    // "0.1.0+<commit>" as the build stamps it
    private static readonly string[] Stamp =
        (typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0")
            .Split('+', 2);

    public static string Version => Stamp[0];

    public static string Commit => Stamp.Length > 1 ? Stamp[1][..Math.Min(12, Stamp[1].Length)] : "unknown";

    public static string Architecture => $"linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    public static void Write(TextWriter output)
    {
        output.WriteLine($"EdgePbx {Version}");
        output.WriteLine($"commit       {Commit}");
        output.WriteLine($"runtime      {RuntimeInformation.FrameworkDescription}");
        output.WriteLine($"architecture {Architecture}");
    }
}
