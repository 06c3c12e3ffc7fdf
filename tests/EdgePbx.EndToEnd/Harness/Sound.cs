namespace EdgePbx.EndToEnd;

/// <summary>Phones with sound need the processor in time: few of them at once, and none beside a test that keeps it busy.</summary>
internal static class Sound
{
    private const int Most = 3;

    private static readonly SemaphoreSlim Seats = new(Most);
    private static readonly SemaphoreSlim Alone = new(1);

    public static Task TogetherAsync(Func<Task> story) => WithSeatsAsync(1, story);

    public static Task AloneAsync(Func<Task> story) => WithSeatsAsync(Most, story);

    private static async Task WithSeatsAsync(int count, Func<Task> story)
    {
        await Alone.WaitAsync(TestContext.Current.CancellationToken); // one takes its seats at a time, else two could each wait for the other's
        try
        {
            for (int taken = 0; taken < count; taken++)
            {
                await Seats.WaitAsync(TestContext.Current.CancellationToken);
            }
        }
        finally
        {
            _ = Alone.Release();
        }
        try
        {
            await story();
        }
        finally
        {
            _ = Seats.Release(count);
        }
    }
}
