namespace EdgePbx.EndToEnd;

/// <summary>A phone behind a router that forgets it, or that moves, against the published binary.</summary>
public sealed class MovingPhones
{
    [Fact]
    [Trait("Clause", "PHONE-4")]
    [Trait("Clause", "SEC-08")]
    public Task A_call_goes_on_and_ends_wherever_the_phone_is_now() => Pbx.RunAsync(new PbxOptions(), async pbx =>
    {
        await ClientScript.RunAsync("moving_call.py", pbx);
        _ = await pbx.WaitForEventAsync("cleanup_verified", count: 2);
        Assert.Equal(1, pbx.Log.Count("phone_moved"));
    });
}
