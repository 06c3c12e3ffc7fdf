namespace EdgePbx;

/// <summary>One thing that is wrong with a configuration: where it stands, what it is about, and what would be right.</summary>
/// <remarks>It never carries a value of a secret. Lines and columns count from 1; line 0 means the file as a whole.</remarks>
internal readonly record struct ConfigError(string File, int Line, int Column, string Key, string Problem)
{
    public override string ToString() => (Line, Key) switch
    {
        (0, _) => $"{File}: {Problem}",
        (_, "") => $"{File}:{Line}:{Column}: {Problem}",
        _ => $"{File}:{Line}:{Column}: {Key}: {Problem}",
    };
}
