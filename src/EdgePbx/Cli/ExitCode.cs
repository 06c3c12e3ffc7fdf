namespace EdgePbx;

/// <summary>What the process says when it ends; part of our contract.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary><c>status</c>, <c>audit</c>, <c>leds watch</c>: nothing runs here. <c>selftest</c>: something does not work.</summary>
    public const int Failed = 1;

    /// <summary>The configuration or the command line is wrong.</summary>
    public const int Configuration = 2;

    /// <summary>An address of <c>sip.listen</c> can't be had, or the ports with which this board is measured.</summary>
    public const int CannotListen = 3;

    /// <summary><c>audit</c>: a call did not give everything back, and nobody has acknowledged it.</summary>
    public const int Unclean = 4;

    /// <summary><c>run</c>: everything was reset; whoever started it starts it again.</summary>
    public const int StartAgain = 5;

    /// <summary>A bug of ours (EX_SOFTWARE of sysexits.h).</summary>
    public const int Bug = 70;
}
