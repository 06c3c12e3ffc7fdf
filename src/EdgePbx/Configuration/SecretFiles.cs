using System.Text;

namespace EdgePbx;

/// <summary>The files that <c>secret_file</c> names, on the disk or in a copy of the configuration. No message has a secret in it.</summary>
/// <param name="folder">What relative names start from.</param>
/// <param name="copies">The text of each by name; null: they are on the disk.</param>
internal sealed class SecretFiles(string folder, IReadOnlyDictionary<string, string>? copies)
{
    private readonly Dictionary<string, string> _read = new(StringComparer.Ordinal);

    /// <summary>Those that were read so far.</summary>
    public IReadOnlyDictionary<string, string> Read => _read;

    public bool TryRead(string name, out string text, out string problem)
    {
        (text, problem) = ("", "");
        try
        {
            text = copies is null ? File.ReadAllText(Path.Combine(folder, name), Encoding.UTF8)
                : copies.TryGetValue(name, out string? copy) ? copy
                : throw new FileNotFoundException();
            _read[name] = text;
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            problem = failure switch
            {
                FileNotFoundException or DirectoryNotFoundException => "there is no such file",
                UnauthorizedAccessException => "not readable by this user",
                _ => "cannot be read",
            };
            return false;
        }
    }
}
