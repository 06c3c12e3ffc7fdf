using System.Runtime.CompilerServices;

namespace EdgePbx.Core.Tests;

/// <summary>A test of a collection that lies beside the project, or does not: then it counts neither as passed nor as skipped, but as not run.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CollectionFactAttribute : FactAttribute
{
    public const string Manifest = "MANIFEST.tsv";

    public CollectionFactAttribute(string collection, [CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Explicit = Find(collection) is null;

    /// <summary>Null: it is not there.</summary>
    public static string? Find(string collection)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string root = Path.Combine(folder.FullName, "shared", collection);
            if (File.Exists(Path.Combine(root, Manifest)))
            {
                return root;
            }
        }
        return null;
    }
}
