namespace EdgePbx.Tests;

/// <summary>Our sectors of variables are U-Boot's.</summary>
public class VariableBlockTests
{
    // printf 'pbx_seq=1\npbx_slot=A\npbx_trial=-\npbx_tries=0\n' | mkenvimage -s 512 -p 0 -o - - | head -c 50 | xxd -p
    private const string OfMkenvimage = "30e2639e7062785f7365713d31007062785f736c6f743d41007062785f747269616c3d2d007062785f74726965733d300000";

    [Fact]
    public void They_are_byte_for_byte_those_of_mkenvimage()
    {
        byte[] block = new SlotState(1, Slot.A).ToBlock();

        Assert.Equal(OfMkenvimage, Convert.ToHexStringLower(block.AsSpan(0, OfMkenvimage.Length / 2)));
        Assert.Equal(VariableBlock.Size, block.Length);
        Assert.All(block[(OfMkenvimage.Length / 2)..], one => Assert.Equal(0, one));
    }

    [Fact]
    public void What_is_written_is_read()
    {
        foreach (SlotState state in new[] { new SlotState(1, Slot.A), new SlotState(int.MaxValue, Slot.B, Slot.A, 3) })
        {
            Assert.Equal(state, SlotState.Parse(state.ToBlock()));
        }
    }

    [Theory]
    [InlineData("pbx_seq=0", "a number of its own")]
    [InlineData("pbx_seq=80000000", "what the boot script's signed comparison takes")]
    [InlineData("pbx_slot=C", "a slot")]
    [InlineData("pbx_trial=C", "a slot or none")]
    [InlineData("pbx_tries=x", "a number")]
    public void A_state_must_have(string changed, string what)
    {
        string[] lines = ["pbx_seq=1", "pbx_slot=A", "pbx_trial=-", "pbx_tries=0"];
        string name = changed.Split('=')[0];
        byte[] block = VariableBlock.Write(lines.Select(line => line.StartsWith(name, StringComparison.Ordinal) ? changed : line)
            .Select(line => KeyValuePair.Create(line.Split('=')[0], line.Split('=')[1])));

        Assert.True(SlotState.Parse(block) is null, what);
    }

    [Fact]
    public void Too_much_for_a_sector_is_an_error_of_ours() =>
        Assert.Throws<ArgumentException>(() => VariableBlock.Write([new("name", new string('x', 600))]));

    [Fact]
    public void A_slot_is_told_by_the_kernels_line() => Assert.Equal(
        (Slot.B, null, null),
        (BootLine.RunningSlot("console=ttyAMA0 quiet edgepbx.slot=B edgepbx.mode=trial\n"), BootLine.RunningSlot("edgepbx.slot=C"), BootLine.RunningSlot("")));
}
