using EdgePbx.Core.Tests;
using SharpFuzz;

// EdgePbx.Fuzz TARGET              run by afl-fuzz
// EdgePbx.Fuzz TARGET FILE...      replays files, and says what happens with each
// EdgePbx.Fuzz --seeds FOLDER      writes what fuzzing starts from, a folder a target
switch (args)
{
    case ["--seeds", string folder]:
        foreach (FuzzSeed seed in FuzzSeeds.All)
        {
            string target = Path.Combine(folder, seed.Target);
            _ = Directory.CreateDirectory(target);
            File.WriteAllBytes(Path.Combine(target, seed.Name), seed.Bytes);
        }
        return 0;
    case [string name] when FuzzTargets.All.TryGetValue(name, out Action<byte[]>? target):
        Fuzzer.Run(stream =>
        {
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            target(bytes.ToArray());
        });
        return 0;
    case [string name, .. string[] files] when FuzzTargets.All.TryGetValue(name, out Action<byte[]>? target):
        return files.Count(file => !Replay(target, file)) == 0 ? 0 : 1;
    default:
        Console.Error.WriteLine($"EdgePbx.Fuzz TARGET [FILE...] | --seeds FOLDER; targets: {string.Join(' ', FuzzTargets.All.Keys)}");
        return 64;
}

static bool Replay(Action<byte[]> target, string file)
{
    try
    {
        target(File.ReadAllBytes(file));
        Console.WriteLine($"ok   {file}");
        return true;
    }
#pragma warning disable CA1031 // whatever it is, it is what was looked for
    catch (Exception failure)
#pragma warning restore CA1031
    {
        Console.WriteLine($"FAIL {file}: {failure}");
        return false;
    }
}
