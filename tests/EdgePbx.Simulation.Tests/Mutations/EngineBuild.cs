using System.Diagnostics;
using System.Reflection;

namespace EdgePbx.Simulation.Tests;

/// <summary>
/// The engine's sources, compiled anew after a change to one of them, and a copy of the simulator that uses the result. The
/// product needs no hook for it.
/// </summary>
internal sealed class EngineBuild : IDisposable
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("edgepbx-mutant-").FullName;

    /// <param name="file">Of the engine's sources; null: unchanged.</param>
    /// <param name="line">What stands in the file exactly once.</param>
    /// <param name="instead">What stands there in the mutant.</param>
    public EngineBuild(string? file, string line = "", string instead = "")
    {
        string from = Path.GetDirectoryName(typeof(World).Assembly.Location)!;
        foreach (string name in (string[])["EdgePbx.Simulation.dll", "EdgePbx.Simulation.runtimeconfig.json", "EdgePbx.Simulation.deps.json", "Microsoft.Extensions.Logging.Abstractions.dll"])
        {
            File.Copy(Path.Combine(from, name), Path.Combine(_folder, name));
        }
        foreach (string other in Directory.EnumerateFiles(from, "Microsoft.Extensions.*.dll"))
        {
            File.Copy(other, Path.Combine(_folder, Path.GetFileName(other)), overwrite: true);
        }
        Compile(file, line, instead);
    }

    /// <summary>Runs the simulator and returns what it printed, and its exit code.</summary>
    public (string Output, int Code) Simulate(string arguments) => Run($"exec \"{Path.Combine(_folder, "EdgePbx.Simulation.dll")}\" {arguments}");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Compile(string? file, string line, string instead)
    {
        string core = Setting("CoreSources");
        List<string> arguments =
        [
            "/nologo", "/noconfig", "/target:library", "/optimize+", "/deterministic+", "/nullable:enable", "/nowarn:1591;1701;1702",
            $"/out:\"{Path.Combine(_folder, "EdgePbx.Core.dll")}\"",
            $"/analyzer:\"{Path.Combine(Setting("LoggingPackage"), "analyzers", "dotnet", "roslyn4.4", "cs", "Microsoft.Extensions.Logging.Generators.dll")}\"",
            $"/reference:\"{Path.Combine(_folder, "Microsoft.Extensions.Logging.Abstractions.dll")}\"",
        ];
        arguments.AddRange(Directory.EnumerateFiles(Setting("Framework"), "*.dll").Select(reference => $"/reference:\"{reference}\""));
        string usings = Path.Combine(_folder, "Usings.cs");
        File.WriteAllText(usings, $"{Usings}\n[assembly: System.Reflection.AssemblyVersion(\"{typeof(Core.PbxEngine).Assembly.GetName().Version}\")]\n");
        arguments.Add($"\"{usings}\"");
        bool wasFound = file is null;
        foreach (string source in Directory.EnumerateFiles(core, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string name = Path.GetRelativePath(core, source);
            if (name.StartsWith("obj", StringComparison.Ordinal) || name.StartsWith("bin", StringComparison.Ordinal))
            {
                continue;
            }
            if (name != file)
            {
                arguments.Add($"\"{source}\"");
                continue;
            }
            wasFound = true;
            string text = File.ReadAllText(source);
            Assert.True(text.Split(line).Length == 2, $"the line to change does not stand exactly once in {file}:\n{line}");
            string mutant = Path.Combine(_folder, "Mutant.cs");
            File.WriteAllText(mutant, text.Replace(line, instead, StringComparison.Ordinal));
            arguments.Add($"\"{mutant}\"");
        }
        Assert.True(wasFound, $"there is no {file}");
        string orders = Path.Combine(_folder, "orders.rsp");
        File.WriteAllLines(orders, arguments);
        (string output, int code) = Run($"exec \"{Setting("Compiler")}\" @\"{orders}\"");
        Assert.True(code == 0, output);
    }

    private static (string Output, int Code) Run(string arguments)
    {
        string host = Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", "dotnet");
        using var process = Process.Start(new ProcessStartInfo(host, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (output + errors.Result, process.ExitCode);
    }

    private static string Setting(string name) =>
        typeof(EngineBuild).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == name).Value!;
}
