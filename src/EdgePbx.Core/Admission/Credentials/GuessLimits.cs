namespace EdgePbx.Core;

/// <summary>From how many wrong credentials on what happens. A phone whose secret was mistyped comes to the first step, and stays there.</summary>
internal static class GuessLimits
{
    /// <summary>Failures count together for so long.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    /// <summary>Of one account at one source: from here on one is judged in <see cref="Delay"/>.</summary>
    public const int DelayedFrom = 5;
    public static readonly TimeSpan Delay = TimeSpan.FromSeconds(2);

    /// <summary>Of one account at one source: from here on it is not heard there for <see cref="Ban"/>.</summary>
    public const int BannedFrom = 10;
    public static readonly TimeSpan Ban = TimeSpan.FromMinutes(10);

    /// <summary>Of one source: from here on, if it tried as many accounts as <see cref="SourceAccounts"/>, nothing of it is heard.</summary>
    public const int SourceBannedFrom = 20;
    public const int SourceAccounts = 5;

    /// <summary>Each ban of a source lasts twice as long as the one before, up to this; after so long without one it begins anew.</summary>
    public static readonly TimeSpan LongestBan = TimeSpan.FromDays(1);

    /// <summary>What is judged of a source that may not be banned once it has failed <see cref="SourceBannedFrom"/> times: two a second, some at once.</summary>
    public static readonly TokenRate SourceRate = new(burst: 5, perSecond: 2);

    /// <summary>Of one account from as many sources as <see cref="AttackSources"/>: who is not known for it then waits for <see cref="AttackDelay"/>.</summary>
    public const int AttackFrom = 20;
    public const int AttackSources = 5;
    public static readonly TimeSpan AttackDelay = TimeSpan.FromSeconds(5);

    /// <summary>What is judged of all together for whom no place is left: so many a second, some at once.</summary>
    public static readonly TokenRate OthersRate = new(burst: 10, perSecond: 5);

    /// <summary>Lines of a source in the log before there is only one a minute, and lines of all.</summary>
    public const int FirstLines = 3;
    public static readonly TokenRate LineRate = new(burst: 60, perSecond: 0.5);
    public static readonly TimeSpan LineEvery = TimeSpan.FromMinutes(1);
}
