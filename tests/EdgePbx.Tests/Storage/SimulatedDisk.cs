namespace EdgePbx.Tests;

/// <summary>The power has gone in the middle of something.</summary>
internal sealed class PowerCutException : Exception;

/// <summary>
/// A disk that keeps what it was told to keep and, of the rest, what chance leaves: when the power goes, each sector written since the
/// last sync is there or is not, each new name since the folder was synced is there or is not. It can also fail.
/// </summary>
internal sealed class SimulatedDisk(Random chance) : IFiles
{
    private const int Sector = 512;

    private readonly List<Inode?> _open = [];
    private Dictionary<string, Inode> _names = [];
    private Dictionary<string, Inode> _lastingNames = [];
    private List<Action<Dictionary<string, Inode>>> _unsyncedNames = [];
    private string _problem = "";

    /// <summary>The power goes before so many more things are done.</summary>
    public int ThingsUntilCut { get; set; } = int.MaxValue;

    /// <summary>One of so many writes or syncs fails; 0: none.</summary>
    public int FailsOneOf { get; set; }

    public int Syncs { get; private set; }

    public IEnumerable<string> Names => _names.Keys;

    /// <summary>What is there when the power is back.</summary>
    public void Cut()
    {
        var left = new Dictionary<string, Inode>(_lastingNames);
        foreach (Action<Dictionary<string, Inode>> change in _unsyncedNames.Where(_ => chance.Next(2) == 0))
        {
            change(left);
        }
        _names = left.ToDictionary(entry => entry.Key, entry => entry.Value.AfterCut(chance));
        (_lastingNames, _unsyncedNames, ThingsUntilCut) = (new Dictionary<string, Inode>(_names), [], int.MaxValue);
    }

    public byte[]? Read(string path, int atMost) => _names.TryGetValue(path, out Inode? inode) ? [.. inode.Bytes] : null;

    public int OpenToAppend(string path)
    {
        Do();
        return Open(_names.TryGetValue(path, out Inode? inode) ? inode : Make(path));
    }

    public int Create(string path)
    {
        Do();
        if (_names.ContainsKey(path))
        {
            Change(names => names.Remove(path));
        }
        return Open(Make(path));
    }

    public void TakeAfter(int descriptor, string path)
    {
        // one user has it all
    }

    public nint Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        Do();
        bool fails = Fails("No space left on device");
        int length = fails ? chance.Next(bytes.Length) : bytes.Length;
        _open[descriptor]!.Append(bytes[..length]);
        return fails && length == 0 ? -1 : length;
    }

    public bool Sync(int descriptor)
    {
        Do();
        Syncs++;
        bool fails = Fails("Input/output error");
        _open[descriptor]!.Sync(isLost: fails);
        return !fails;
    }

    public bool Truncate(int descriptor, long length)
    {
        Do();
        _open[descriptor]!.Truncate((int)length);
        return true;
    }

    public long Length(int descriptor) => _open[descriptor]!.Bytes.Count;

    public bool TryLock(int descriptor) => true;

    public string? NameOf(int descriptor) => _names.FirstOrDefault(entry => entry.Value == _open[descriptor]).Key;

    public bool Rename(string from, string to, bool replaces = true)
    {
        Do();
        if (!replaces && _names.ContainsKey(to))
        {
            _problem = "File exists";
            return false;
        }
        if (Fails("Read-only file system"))
        {
            return false;
        }
        if (!_names.TryGetValue(from, out Inode? inode))
        {
            _problem = "No such file or directory";
            return false;
        }
        Change(names =>
        {
            _ = names.Remove(from);
            names[to] = inode;
        });
        return true;
    }

    public void Delete(string path)
    {
        Do();
        Change(names => names.Remove(path));
    }

    public bool Exists(string path) => _names.ContainsKey(path);

    public string[] List(string folder) => [.. _names.Keys.Where(name => Path.GetDirectoryName(name) == folder)];

    public bool MakeFolder(string path)
    {
        Do();
        return true;
    }

    public int ReadAt(int descriptor, long offset, Span<byte> bytes)
    {
        byte[] there = [.. _open[descriptor]!.Bytes.Skip((int)offset).Take(bytes.Length)];
        there.CopyTo(bytes);
        return there.Length;
    }

    public bool SyncFolderOf(string path)
    {
        Do();
        if (Fails("Input/output error"))
        {
            return false;
        }
        (_lastingNames, _unsyncedNames) = (new Dictionary<string, Inode>(_names), []);
        return true;
    }

    public void Close(int descriptor) => _open[descriptor] = null;

    public string LastProblem() => _problem;

    private void Do()
    {
        if (--ThingsUntilCut < 0)
        {
            throw new PowerCutException();
        }
    }

    private bool Fails(string problem)
    {
        bool fails = FailsOneOf > 0 && chance.Next(FailsOneOf) == 0;
        _problem = fails ? problem : _problem;
        return fails;
    }

    private int Open(Inode inode)
    {
        _open.Add(inode);
        return _open.Count - 1;
    }

    private Inode Make(string path)
    {
        var inode = new Inode();
        Change(names => names[path] = inode);
        return inode;
    }

    private void Change(Action<Dictionary<string, Inode>> change)
    {
        change(_names);
        _unsyncedNames.Add(change);
    }

    /// <summary>What processes see of a file, and what is on the medium of it.</summary>
    private sealed class Inode
    {
        private byte[] _lasting = [];
        private readonly List<(int Offset, byte[] Bytes)> _unsynced = [];

        public List<byte> Bytes { get; private set; } = [];

        public void Append(ReadOnlySpan<byte> bytes)
        {
            int offset = Bytes.Count;
            Bytes.AddRange(bytes);
            for (int done = 0; done < bytes.Length;)
            {
                int length = Math.Min(bytes.Length - done, Sector - ((offset + done) % Sector));
                _unsynced.Add((offset + done, bytes.Slice(done, length).ToArray()));
                done += length;
            }
        }

        public void Truncate(int length)
        {
            Bytes.RemoveRange(length, Bytes.Count - length);
            _ = _unsynced.RemoveAll(write => write.Offset >= length);
        }

        /// <param name="isLost">The medium did not take it, and the system forgets that it should have: processes still see it.</param>
        public void Sync(bool isLost)
        {
            _lasting = isLost ? _lasting : [.. Bytes];
            _unsynced.Clear();
        }

        public Inode AfterCut(Random chance)
        {
            List<byte> left = [.. _lasting];
            foreach ((int offset, byte[] bytes) in _unsynced.Where(_ => chance.Next(2) == 0))
            {
                while (left.Count < offset + bytes.Length)
                {
                    left.Add(0); // the size is there, what was before it is not
                }
                for (int i = 0; i < bytes.Length; i++)
                {
                    left[offset + i] = bytes[i];
                }
            }
            return new Inode { Bytes = left, _lasting = [.. left] };
        }
    }
}
