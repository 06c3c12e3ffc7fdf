namespace EdgePbx;

/// <summary><c>edgepbx stick FOLDER</c>: does what the USB stick that is mounted there asks for, if the box's code is on it.</summary>
internal static class StickVerb
{
    public static int Run(string folder, string? config, string? state, TextWriter output, TextWriter error)
    {
        string configFile = config ?? StarterConfig.FileName;
        (int code, string sentence) = new StickErrand(
            new StickFolder(folder), configFile, StateFolder.Of(configFile, state), RunningBox.Of(configFile)).Run();
        (code == ExitCode.Done ? output : error).WriteLine(sentence);
        return code;
    }
}
