namespace EdgePbx.EndToEnd;

/// <summary>What strangers send must not be heard, and must not stay.</summary>
public sealed class BadInput
{
    [Fact]
    [Trait("Clause", "M-05")]
    [Trait("Clause", "C-43")]
    [Trait("Clause", "race 46")]
    public Task Ten_thousand_bad_messages_hurt_no_call() => Sound.AloneAsync(() => Pbx.RunAsync(
        new PbxOptions { MaxCalls = 5, MediaPorts = 30 },
        async pbx =>
        {
            using ClientScript talk = ClientScript.Start("baresip_tone_call.py", pbx, "--seconds", "12");
            _ = await pbx.WaitForEventAsync("call_established");
            await ClientScript.RunAsync("bad_input.py", pbx, "--count", "10000", "--seconds", "8", "--media", pbx.Media.ToString());
            await talk.AssertPassedAsync();
            await ClientScript.RunAsync("sipp_cases.py", pbx, "--only", "options,call");
            PbxStatus status = await pbx.StatusAsync();
            Assert.True(status.Counter("messages_malformed") > 1000, $"only {status.Counter("messages_malformed")} messages were malformed");
        }));
}
