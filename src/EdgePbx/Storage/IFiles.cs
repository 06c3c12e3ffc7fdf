namespace EdgePbx;

/// <summary>The few things that code which must survive a power cut does to files; a test's disk loses power in between.</summary>
/// <remarks>Descriptors are the system's; a negative one, or false, means that it failed, and <see cref="LastProblem"/> says why.</remarks>
internal interface IFiles
{
    /// <returns>All of it; null: there is no such file.</returns>
    /// <exception cref="IOException">It can't be read, is no plain file, or is longer than <paramref name="atMost"/> bytes.</exception>
    /// <exception cref="UnauthorizedAccessException">It belongs to somebody else.</exception>
    byte[]? Read(string path, int atMost);

    /// <summary>Made if it is not there.</summary>
    int OpenToAppend(string path);

    /// <summary>A new file. What had that name is gone, whatever it was, and is not touched otherwise; what another process is writing stays, and it fails.</summary>
    int Create(string path);

    /// <summary>A new file gets the owner and the rights of the one that it will replace, or the owner of its folder, as far as we may.</summary>
    void TakeAfter(int descriptor, string path);

    /// <returns>How many bytes of it are in the file now.</returns>
    nint Write(int descriptor, ReadOnlySpan<byte> bytes);

    /// <summary>Back when what was written is on the medium.</summary>
    bool Sync(int descriptor);

    bool Truncate(int descriptor, long length);

    long Length(int descriptor);

    /// <summary>False: another process has it.</summary>
    bool TryLock(int descriptor);

    /// <summary>The name that it has now; null: nobody can say, as where there is no /proc.</summary>
    string? NameOf(int descriptor);

    /// <summary>Takes the place of what had that name, at once or not at all.</summary>
    /// <param name="replaces">False: it takes nobody's place, but fails where something has that name.</param>
    bool Rename(string from, string to, bool replaces = true);

    /// <summary>If it can.</summary>
    void Delete(string path);

    /// <summary>There is a file of that name.</summary>
    bool Exists(string path);

    /// <summary>The files of a folder, as full paths; none where there is none.</summary>
    string[] List(string folder);

    /// <summary>For its owner only; false: there is something of that name, or it can't be made.</summary>
    bool MakeFolder(string path);

    /// <returns>How many bytes are there from that place on; negative: they can't be read.</returns>
    int ReadAt(int descriptor, long offset, Span<byte> bytes);

    /// <summary>A new name is on the medium only when its folder is.</summary>
    bool SyncFolderOf(string path);

    void Close(int descriptor);

    string LastProblem();
}
