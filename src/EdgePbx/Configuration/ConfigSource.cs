namespace EdgePbx;

/// <summary>What a configuration was made of: the text of its file, and of the files of secrets that it names.</summary>
/// <param name="Secrets">By the name that the text gives them.</param>
internal sealed record ConfigSource(string Text, IReadOnlyDictionary<string, string> Secrets)
{
    /// <summary>Keeps the secrets out of logs and dumps.</summary>
    public override string ToString() => "a configuration";
}
