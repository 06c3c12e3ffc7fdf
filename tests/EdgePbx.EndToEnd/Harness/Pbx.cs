using System.Runtime.CompilerServices;

namespace EdgePbx.EndToEnd;

/// <summary>Runs a story with a PBX around it. No story can forget to look whether everything was given back.</summary>
internal static class Pbx
{
    public static async Task RunAsync(PbxOptions options, Func<EdgePbxProcess, Task> story, [CallerMemberName] string name = "")
    {
        EdgePbxProcess pbx = await EdgePbxProcess.StartAsync(options);
        bool isFine = false;
        try
        {
            await story(pbx);
            if (!pbx.HasEnded)
            {
                await pbx.AssertReleasedAsync();
            }
            isFine = true;
        }
        finally
        {
            if (!isFine)
            {
                TestContext.Current.TestOutputHelper?.WriteLine(pbx.Describe());
            }
            if (isFine && !pbx.HasEnded)
            {
                Lingering.Add(pbx, name);
            }
            else
            {
                pbx.Dispose();
            }
        }
    }
}
