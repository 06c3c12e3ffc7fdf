namespace EdgePbx.EndToEnd;

/// <summary>What the published binary writes to an SD card.</summary>
public sealed class Wear
{
    [Fact]
    public Task Phones_that_only_refresh_write_nothing() =>
        Pbx.RunAsync(new PbxOptions(), pbx => ClientScript.RunAsync("idle.py", pbx, "--folder", pbx.Folder));
}
