namespace EdgePbx;

/// <summary><c>edgepbx update FILE</c> and <c>edgepbx slot</c>, on a machine that was started from the image.</summary>
internal static class UpdateVerb
{
    public const string DefaultCard = "/dev/edgepbx-disk";
    public const string DefaultKey = "/etc/edgepbx/update.pub";

    public static int Install(string file, string card, string key, bool isForced, TextWriter output, TextWriter error) => Try(error, () =>
    {
        Slot running = BootLine.RunningSlot(BootLine.Read())
            ?? throw new UpdateException("this machine was not started from a slot; only the image of EdgePbx can be updated this way");
        string publicKey = File.Exists(key) ? File.ReadAllText(key) : throw new UpdateException($"this machine trusts nobody: there is no {key}");
        using FileStream update = File.OpenRead(file);
        using var device = new BlockDevice(card);
        new Updater(new Card(device), running, output.WriteLine).Install(update, publicKey, isForced);
    });

    public static int ShowSlots(string card, bool confirms, TextWriter output, TextWriter error) => Try(error, () =>
    {
        Slot? running = BootLine.RunningSlot(BootLine.Read());
        if (running is null && !File.Exists(card))
        {
            throw new UpdateException($"this machine was not started from a slot of the image, and there is no {card}");
        }
        using var device = new BlockDevice(card);
        var slots = new SlotKeeper(new Card(device), running);
        if (confirms && slots.TryConfirm())
        {
            output.WriteLine("the running slot is the one that starts from now on");
        }
        foreach (string line in slots.Describe())
        {
            output.WriteLine(line);
        }
    });

    private static int Try(TextWriter error, Action action)
    {
        try
        {
            action();
            return ExitCode.Done;
        }
        catch (Exception failure) when (failure is UpdateException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"edgepbx: {failure.Message}");
            return ExitCode.Failed;
        }
    }
}
