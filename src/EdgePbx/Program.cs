using EdgePbx;

try
{
    return CommandLine.Run(args, Console.Out, Console.Error);
}
#pragma warning disable CA1031 // the last resort: say what happened, and say that it is a bug
catch (Exception failure)
#pragma warning restore CA1031
{
    Console.Error.WriteLine($"edgepbx: a bug: {failure}");
    return ExitCode.Bug;
}
