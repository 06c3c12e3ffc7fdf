namespace EdgePbx.Tests;

public class IdleTrimTests
{
    [Fact]
    public void Memory_is_given_back_once_when_a_busy_time_is_over()
    {
        var trim = new IdleTrim();
        trim.Note(isIdle: false);
        BeBusy();
        trim.Note(isIdle: false);
        Assert.Equal(0, trim.Count);
        trim.Note(isIdle: true);
        Assert.Equal(1, trim.Count);
        BeBusy();
        trim.Note(isIdle: true);
        Assert.Equal(1, trim.Count);
        trim.Note(isIdle: false);
        trim.Note(isIdle: true);
        Assert.Equal(2, trim.Count);
    }

    private static void BeBusy()
    {
        for (int i = 0; i < 8; i++)
        {
            GC.Collect(0);
        }
    }
}
