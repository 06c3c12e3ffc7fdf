namespace EdgePbx.Tests;

/// <summary>A folder of a test's own, gone with it.</summary>
/// <param name="path">Where nothing is yet; null: among all the temporary ones, where others leave things.</param>
internal sealed class TemporaryFolder(string? path = null) : IDisposable
{
    public string Path { get; } = (path is null ? Directory.CreateTempSubdirectory("edgepbx-") : Directory.CreateDirectory(path)).FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
