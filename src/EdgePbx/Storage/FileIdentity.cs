namespace EdgePbx;

/// <summary>
/// With whose rights root touches a file: those of whoever has the say on the way to it (ADR 22). Whoever owns a folder can put a link
/// into it at any moment, and with his own rights it leads him nowhere where he could not go without us. While it lives it holds for the
/// thread that made it, and for files alone. For anybody but root it changes nothing.
/// </summary>
/// <remarks>
/// Start no thread while it lives: the system gives a new thread the rights of the one that makes it. One that was started all the same has
/// less than is root's until it touches its first file this way.
/// </remarks>
internal readonly ref struct FileIdentity
{
    private const uint Nobody = 65534;
    private const int MostLinks = 8;

    [ThreadStatic]
    private static bool _isSomebodyElse;

    private readonly uint[]? _groups; // null: nothing was changed

    private FileIdentity(uint[] groups) => _groups = groups;

    /// <exception cref="UnauthorizedAccessException">This root may not act for others.</exception>
    public static FileIdentity Of(string path)
    {
        if (FileCalls.geteuid() != 0 || _isSomebodyElse)
        {
            return default;
        }
        if (FileCalls.setfsuid(0) != 0)
        {
            _ = FileCalls.setfsgid(0); // inherited: this thread was started while another was somebody else, and nobody would give it back
        }
        return OwnerOf(path) is var (user, group) ? Become(user, group) : default;
    }

    /// <summary>Who has the say over what a path leads to: the owner of the first thing on the way that is not root's. Null: root alone.</summary>
    public static (uint User, uint Group)? OwnerOf(string path) => OwnerOf(Path.IsPathRooted(path) ? path : Path.Combine(Environment.CurrentDirectory, path), MostLinks);

    public void Dispose()
    {
        if (_groups is not null)
        {
            _ = FileCalls.setfsuid(0); // first: with it come the rights to do the rest
            _ = FileCalls.setfsgid(0);
            _ = FileCalls.SetGroupsOfThread(_groups);
            _isSomebodyElse = false;
        }
    }

    // as it is written, with its dots: the system goes the same way
    private static (uint User, uint Group)? OwnerOf(string path, int mostLinks)
    {
        for (int end = 1; end <= path.Length; end++)
        {
            if (end < path.Length && path[end] != '/')
            {
                continue;
            }
            string part = path[..end];
            if (FileCalls.FactsOf(part, followsLinks: false) is not { } named)
            {
                return null; // it is not there yet: whoever has the folder has it
            }
            FileCalls.FileFacts found = named.User == 0 && named.Kind == FileCalls.S_IFLNK ? FileCalls.FactsOf(part) ?? named : named;
            if (found.User != 0)
            {
                return (found.User, found.Group == 0 ? Nobody : found.Group);
            }
            if (named.Kind == FileCalls.S_IFLNK && mostLinks > 0 && FileCalls.TargetOf(part) is { } target
                && OwnerOf(Path.Combine(Path.GetDirectoryName(part)!, target), mostLinks - 1) is { } other)
            {
                return other;
            }
        }
        return null;
    }

    private static FileIdentity Become(uint user, uint group)
    {
        uint[] groups = FileCalls.Groups();
        bool isDone = FileCalls.SetGroupsOfThread([]);
        _ = FileCalls.setfsgid(group);
        _ = FileCalls.setfsuid(user);
        _isSomebodyElse = true;
        var identity = new FileIdentity(groups);
        if (isDone && FileCalls.setfsuid(uint.MaxValue) == user && FileCalls.setfsgid(uint.MaxValue) == group)
        {
            return identity;
        }
        identity.Dispose();
        throw new UnauthorizedAccessException($"root may not act for user {user} here, whose file it is");
    }
}
