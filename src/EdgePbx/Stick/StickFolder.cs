using System.Text;

namespace EdgePbx;

/// <summary>The files of a USB stick that mean something, by their names. Some editors add .txt to a name without showing it: found too.</summary>
internal sealed class StickFolder(string folder)
{
    public const string Configuration = "edgepbx.toml";

    /// <summary>Holds the code of the box.</summary>
    public const string Code = "edgepbx.code";

    /// <summary>Its being there asks for a backup.</summary>
    public const string WantBackup = "edgepbx.want-backup";

    public const string Backup = "edgepbx.backup";

    /// <summary>The configuration of the box as it was before the stick came, for whoever wants to change it.</summary>
    public const string Present = "edgepbx-present.toml";

    /// <summary>The box's file when it has mistakes, so that another configuration is in force or none.</summary>
    public const string Refused = "edgepbx-refused.toml";

    public const string Answer = "edgepbx-answer.txt";

    private const string Added = ".txt";
    private const string TakenSuffix = ".taken";
    private const int Largest = 1 << 20;

    public string PathOf(string name) => Path.Combine(folder, name);

    public bool Has(string name) => Find(name) is not null;

    /// <param name="problem">Why it can't be read; empty when it is not there.</param>
    public string? Read(string name, out string problem)
    {
        problem = "";
        try
        {
            return Find(name) is { } path ? TextFiles.Read(path, Largest) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            problem = failure is DecoderFallbackException ? "not UTF-8 text" : failure.Message;
            return null;
        }
    }

    /// <summary>What a stick that was pulled out too early kept of ours, secrets among it.</summary>
    public void DeleteUnfinished()
    {
        foreach (string name in new[] { Answer, Backup, Present, Refused })
        {
            SystemFiles.Instance.Delete(PathOf(name) + AppendFile.FreshSuffix);
        }
    }

    public bool TryWrite(string name, string text, out string problem) => TryWrite(name, Encoding.UTF8.GetBytes(text), out problem);

    public bool TryWrite(string name, byte[] bytes, out string problem)
    {
        using var file = new AppendFile(PathOf(name), SystemFiles.Instance);
        return file.TryReplace(bytes, out problem);
    }

    /// <summary>What was done is not asked for again at the next start: the file gets another name.</summary>
    /// <returns>That name; null: the stick does not allow it.</returns>
    public string? MarkTaken(string name)
    {
        try
        {
            if (Find(name) is { } path)
            {
                File.Move(path, PathOf(name + TakenSuffix), overwrite: true);
                return name + TakenSuffix;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // it is asked for again
        }
        return null;
    }

    private string? Find(string name) => new[] { PathOf(name), PathOf(name + Added) }.FirstOrDefault(File.Exists);
}
