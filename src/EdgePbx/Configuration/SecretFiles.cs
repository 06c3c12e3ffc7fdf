using System.Text;

namespace EdgePbx;

/// <summary>The files that <c>secret_file</c> names, on the disk or in a copy of the configuration. No message has a secret in it.</summary>
/// <param name="folder">What relative names start from.</param>
/// <param name="copies">The text of each by name; null: they are on the disk.</param>
internal sealed class SecretFiles(string folder, IReadOnlyDictionary<string, string>? copies)
{
    private const int Largest = 4096; // it is typed into a phone

    private readonly Dictionary<string, string> _read = new(StringComparer.Ordinal);

    /// <summary>Those that were read so far.</summary>
    public IReadOnlyDictionary<string, string> Read => _read;

    public bool TryRead(string name, out string text, out string problem)
    {
        (text, problem) = ("", "");
        try
        {
            text = (name.Contains('\0', StringComparison.Ordinal) ? null
                : copies is null ? TextFiles.Read(Path.Combine(folder, name), Largest)
                : copies.GetValueOrDefault(name)) ?? throw new FileNotFoundException();
            _read[name] = text;
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            problem = failure switch
            {
                FileNotFoundException => "there is no such file",
                NoPlainFileException one => one.Why,
                DecoderFallbackException => "is not UTF-8 text",
                UnauthorizedAccessException => "not readable by this user",
                _ => "cannot be read",
            };
            return false;
        }
    }
}
