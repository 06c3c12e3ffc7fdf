using System.Text;
using CsCheck;

namespace EdgePbx.Tests;

/// <summary>Each writer of the box on a disk that loses its power at any moment.</summary>
public sealed class WriterPowerProperties
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The kernel is asked: what can't be synced is said to be not synced.</summary>
    [Fact, Trait("Clause", "MUT-117"), Trait("Clause", "MUT-118")]
    public void Syncing_reaches_the_system()
    {
        int device = FileCalls.open("/dev/full", FileCalls.O_RDWR | FileCalls.O_CLOEXEC, 0);
        Assert.False(SystemFiles.Instance.Sync(device));
        _ = Native.close(device);
        Assert.False(SystemFiles.Instance.SyncFolderOf("/proc/any"));
        using var folder = new TemporaryFolder();
        int file = SystemFiles.Instance.OpenToAppend(folder.File("x"));
        Assert.True(SystemFiles.Instance.Sync(file));
        SystemFiles.Instance.Close(file);
        Assert.False(SystemFiles.Instance.Sync(file));
        Assert.True(SystemFiles.Instance.SyncFolderOf(folder.File("x")));
        using SoundFile? sound = SoundFile.TryReopen("/dev/full", out string problem);
        Assert.True(sound is not null, problem);
        Assert.False(sound.TrySync(out _));
        using SoundFile? real = SoundFile.TryCreate(folder.File("y"), out problem);
        Assert.True(real!.TrySync(out problem), problem);
    }

    /// <summary>What was reported as kept is there after any cut: in a new file, over rotations, after repairs.</summary>
    [Fact, Trait("Clause", "MUT-114")]
    public void Call_records_that_were_kept_survive_each_cut() => Gen.Select(Gen.Int, Gen.Int[1, 80].Array[1, 6]).Sample((seed, cuts) =>
    {
        var disk = new SimulatedDisk(new Random(seed));
        List<string> kept = [];
        int number = 0;
        foreach (int cut in cuts)
        {
            disk.ThingsUntilCut = cut;
            try
            {
                using var file = new CallRecordFile("/box/calls.jsonl", largest: 400, kept: 99, files: disk);
                while (true)
                {
                    string line = $"{{\"id\":{++number}}}";
                    if (file.TryAppend(Encoding.UTF8.GetBytes(line + "\n"), out _) && file.TrySync(out _))
                    {
                        kept.Add(line);
                    }
                }
            }
            catch (PowerCutException)
            {
                // whatever it was doing
            }
            disk.Cut();
            string all = string.Concat(disk.Names.Where(static name => !name.EndsWith(".torn", StringComparison.Ordinal)).Select(name => Encoding.UTF8.GetString(disk.Read(name, int.MaxValue)!)));
            Assert.All(kept, line => Assert.Contains(line, all, StringComparison.Ordinal));
        }
    }, iter: 500);

    [Fact, Trait("Clause", "MUT-119")]
    public void A_first_configuration_that_was_written_is_whole_after_the_cut_and_else_there_is_none() => Gen.Select(Gen.Int, Gen.Int[1, 12]).Sample((seed, cut) =>
    {
        var disk = new SimulatedDisk(new Random(seed)) { ThingsUntilCut = cut };
        StarterConfig starter = StarterConfig.Create();
        bool isWritten = false;
        try
        {
            starter.Write("/box/edgepbx.toml", disk);
            isWritten = true;
        }
        catch (PowerCutException)
        {
            // no accounts were shown
        }
        disk.Cut();
        byte[]? there = disk.Read("/box/edgepbx.toml", int.MaxValue);
        Assert.True(there is not null || !isWritten);
        Assert.Equal(starter.ToToml(), there is null ? starter.ToToml() : Encoding.UTF8.GetString(there));
    }, iter: 300);

    /// <summary>One whole configuration at any moment; and where the new one is in force, nothing of the old life is.</summary>
    [Fact, Trait("Clause", "MUT-134"), Trait("Clause", "MUT-136")]
    public void A_factory_reset_has_happened_or_has_not() => Gen.Select(Gen.Int, Gen.Int[1, 40]).Sample((seed, cut) =>
    {
        var disk = new SimulatedDisk(new Random(seed));
        foreach (string name in (string[])["edgepbx.toml", "registrations.journal", "calls.jsonl", "edgepbx.toml.good"])
        {
            using var file = new AppendFile($"/nowhere/box/{name}", disk);
            Assert.True(file.TryReplace(Encoding.UTF8.GetBytes("old " + name), out _));
        }
        disk.ThingsUntilCut = cut;
        string? written = null;
        try
        {
            (_, StarterConfig starter) = FactoryReset.Run(
                "/nowhere/box/edgepbx.toml", ["/nowhere/box/calls.jsonl", "/nowhere/box/registrations.journal", "/nowhere/box/edgepbx.toml.good"], [], Now, files: disk);
            written = starter.ToToml();
        }
        catch (PowerCutException)
        {
            // in the middle of it
        }
        disk.Cut();
        string config = Encoding.UTF8.GetString(disk.Read("/nowhere/box/edgepbx.toml", int.MaxValue)!);
        bool isOld = config == "old edgepbx.toml";
        Assert.True(isOld ? written is null : ConfigLoader.Parse(config, "f.toml", "/").Config is not null && (written is null || config == written));
        Assert.True(isOld || !disk.Names.Any(static name => name is "/nowhere/box/registrations.journal" or "/nowhere/box/calls.jsonl" or "/nowhere/box/edgepbx.toml.good"));
        string aside = string.Concat(disk.Names.Select(name => Encoding.UTF8.GetString(disk.Read(name, int.MaxValue)!)));
        Assert.All((string[])["old registrations.journal", "old calls.jsonl"], text => Assert.Contains(text, aside, StringComparison.Ordinal));
    }, iter: 500);

    /// <summary>A second cut shall not meet a damaged file.</summary>
    [Fact, Trait("Clause", "MUT-270")]
    public void A_damaged_journal_is_replaced_at_once_and_not_with_the_next_change()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("registrations.journal");
        File.WriteAllText(path, "edgepbx-journal 1 registrations\ntorn");
        using var store = new RegistrationStore(path, new RecordingLogger(), new WriteMeter(() => default));
        _ = store.Load([]);
        store.Start(static () => { });
        Assert.True(SpinWait.SpinUntil(() => File.ReadAllText(path) == "edgepbx-journal 1 registrations\n", TimeSpan.FromSeconds(60)));
    }
}
