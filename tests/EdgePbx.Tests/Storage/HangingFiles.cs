namespace EdgePbx.Tests;

/// <summary>A medium on which the reading of one file hangs until it is told to go on; all else is as on <paramref name="files"/>.</summary>
/// <param name="files">What is there.</param>
/// <param name="hangs">The full path of the file.</param>
internal sealed class HangingFiles(IFiles files, string hangs) : IFiles, IDisposable
{
    private readonly ManualResetEventSlim _goesOn = new();
    private readonly ManualResetEventSlim _isHanging = new();

    /// <summary>Somebody waits for the file.</summary>
    public bool IsHanging => _isHanging.IsSet;

    public void GoOn() => _goesOn.Set();

    public byte[]? Read(string path, int atMost)
    {
        if (path == hangs)
        {
            _isHanging.Set();
            _goesOn.Wait();
        }
        return files.Read(path, atMost);
    }

    public int OpenToAppend(string path) => files.OpenToAppend(path);

    public int Create(string path) => files.Create(path);

    public void TakeAfter(int descriptor, string path) => files.TakeAfter(descriptor, path);

    public nint Write(int descriptor, ReadOnlySpan<byte> bytes) => files.Write(descriptor, bytes);

    public bool Sync(int descriptor) => files.Sync(descriptor);

    public bool Truncate(int descriptor, long length) => files.Truncate(descriptor, length);

    public long Length(int descriptor) => files.Length(descriptor);

    public bool TryLock(int descriptor) => files.TryLock(descriptor);

    public string? NameOf(int descriptor) => files.NameOf(descriptor);

    public bool Rename(string from, string to, bool replaces = true) => files.Rename(from, to, replaces);

    public void Delete(string path) => files.Delete(path);

    public bool Exists(string path) => files.Exists(path);

    public string[] List(string folder) => files.List(folder);

    public bool MakeFolder(string path) => files.MakeFolder(path);

    public int ReadAt(int descriptor, long offset, Span<byte> bytes) => files.ReadAt(descriptor, offset, bytes);

    public bool SyncFolderOf(string path) => files.SyncFolderOf(path);

    public void Close(int descriptor) => files.Close(descriptor);

    public string LastProblem() => files.LastProblem();

    public void Dispose()
    {
        _goesOn.Set();
        _goesOn.Dispose();
        _isHanging.Dispose();
    }
}
