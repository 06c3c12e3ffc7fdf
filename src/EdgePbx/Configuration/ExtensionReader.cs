using EdgePbx.Core;

namespace EdgePbx;

/// <summary>Reads one <c>[[extension]]</c>. No message of it contains a secret.</summary>
/// <param name="section">What is read.</param>
/// <param name="files">The files of secrets that it may name.</param>
/// <param name="takesWeakSecrets">In a laboratory, and where a box worked with them before the rule was made.</param>
internal sealed class ExtensionReader(TableReader section, SecretFiles files, bool takesWeakSecrets)
{
    private const int ShortestSecret = 8;
    private const int ShortestOfAll = 4;
    private const int ShortestTellingNumber = 3; // a digit or two may be in any secret
    private const int LongestText = 64;

    /// <summary>The words for each <see cref="RecordMode"/>.</summary>
    public static readonly string[] RecordModes = ["never", "on-demand", "always"];

    public ExtensionSettings Read(HashSet<string> numbersSoFar)
    {
        string number = ReadNumber(numbersSoFar);
        string name = section.Text("name", number);
        if (name.Length > LongestText || name.Any(char.IsControl))
        {
            section.Refuse("name", $"at most {LongestText} characters, no control characters");
        }
        string secret = ReadSecret(number);
        RecordMode? record = section.Has("record") ? (RecordMode)section.Choice("record", RecordModes) : null;
        DigestRule? digest = section.Has("digest") ? (DigestRule)section.Choice("digest", DigestRules.Extension) : null;
        int? calls = section.Has("max_calls") ? (int)section.Whole("max_calls", 1, 1, 5000) : null;
        bool mayTakeAll = section.Choice("share", "fair", "all") == 1;
        section.RefuseUnknown();
        return new ExtensionSettings(number, name, secret) { Record = record, Digest = digest, MaxCalls = calls, MayTakeAll = mayTakeAll };
    }

    private string ReadNumber(HashSet<string> numbersSoFar)
    {
        bool isThere = section.Has("number");
        if (section.TextOrNull("number") is not { } number)
        {
            if (!isThere)
            {
                section.Refuse("number", "missing; what others dial, such as \"1001\"");
            }
            return "";
        }
        if (number.Length is 0 or > 32 || !number.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '+' or '*'))
        {
            section.Refuse("number", $"'{number}' is not a number; 1 to 32 digits, letters or - _ . + *");
        }
        else if (!numbersSoFar.Add(number))
        {
            section.Refuse("number", $"{number} is taken by an extension above");
        }
        return number;
    }

    private string ReadSecret(string number)
    {
        bool inText = section.Has("secret");
        bool inFile = section.Has("secret_file");
        if (inText && inFile)
        {
            section.Refuse("secret_file", "give secret or secret_file, not both");
            return "";
        }
        if (!inText && !inFile)
        {
            section.Refuse("secret", "missing; give secret or secret_file");
            return "";
        }
        string key = inText ? "secret" : "secret_file";
        string? secret = section.TextOrNull(key);
        if (inFile && secret is not null)
        {
            secret = ReadSecretFile(secret);
        }
        if (secret is null)
        {
            return ""; // refused already
        }
        int shortest = takesWeakSecrets ? ShortestOfAll : ShortestSecret;
        if (secret.Length < shortest)
        {
            section.Refuse(key, $"the secret has fewer than {shortest} characters");
        }
        else if (!takesWeakSecrets && IsTold(secret, number))
        {
            section.Refuse(key, "the secret contains the number, which whoever guesses tries first");
        }
        else if (secret.Any(char.IsControl))
        {
            section.Refuse(key, "the secret has a control character or a second line in it");
        }
        return secret;
    }

    // a short number may be in it by chance: then the rest has to be long enough
    private static bool IsTold(string secret, string number) =>
        number.Length > 0 && secret.Contains(number, StringComparison.OrdinalIgnoreCase)
        && (number.Length >= ShortestTellingNumber || secret.Replace(number, "", StringComparison.OrdinalIgnoreCase).Length < ShortestSecret);

    private string? ReadSecretFile(string name)
    {
        if (files.TryRead(name, out string text, out string problem))
        {
            return text.TrimEnd('\r', '\n');
        }
        section.Refuse("secret_file", $"'{name}': {problem}");
        return null;
    }
}
