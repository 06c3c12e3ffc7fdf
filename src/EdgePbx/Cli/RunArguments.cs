namespace EdgePbx;

/// <summary>What <c>edgepbx run</c> is told.</summary>
/// <param name="Config">The configuration; null: the one of the current folder, which is written if there is none.</param>
/// <param name="Board">What lamps and button there are; null: as the file beside the configuration says, if there is one.</param>
/// <param name="State">The folder of what must survive; null: the configuration's.</param>
/// <param name="TestsItself">It calls itself ready only after a self-test.</param>
/// <param name="Watchdog">The hardware's, which it shall feed whatever the configuration says; null: as that says.</param>
internal sealed record RunArguments(string? Config = null, string? Board = null, string? State = null, bool TestsItself = false, string? Watchdog = null)
{
    /// <summary>
    /// Reads the plain command line of a start, without the library that knows all verbs, their help and their hints: half a millisecond
    /// in which no phone is answered. What is not as plain as <c>run --config FILE</c> is left to that library.
    /// </summary>
    public static bool TryRead(IReadOnlyList<string> arguments, out RunArguments run)
    {
        run = new RunArguments();
        if (arguments is not ["run", ..])
        {
            return false;
        }
        for (int i = 1; i < arguments.Count; i++)
        {
            if (arguments[i] == "--self-test-first" && !run.TestsItself)
            {
                run = run with { TestsItself = true };
                continue;
            }
            if (i + 1 == arguments.Count || arguments[i + 1] is not { Length: > 0 } value || value[0] is '-' or '@' || value.Contains('"', StringComparison.Ordinal))
            {
                return false;
            }
            RunArguments? next = arguments[i] switch
            {
                "--config" when run.Config is null => run with { Config = value },
                "--board" when run.Board is null => run with { Board = value },
                "--state" when run.State is null => run with { State = value },
                "--watchdog" when run.Watchdog is null => run with { Watchdog = value },
                _ => null,
            };
            if (next is null)
            {
                return false;
            }
            (run, i) = (next, i + 1);
        }
        return true;
    }
}
