using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>
/// An io_uring of one thread: what is asked for is written into one ring, what came of it is read from the other, and a
/// single system call hands over the first and waits for the second.
/// </summary>
internal sealed unsafe class IoRing : IDisposable
{
    private readonly int _descriptor;
    private readonly byte* _rings;
    private readonly nuint _ringsLength;
    private readonly Native.UringSubmission* _submissions;
    private readonly nuint _submissionsLength;
    private readonly uint* _submissionHead;
    private readonly uint* _submissionTail;
    private readonly uint* _submissionArray;
    private readonly uint _submissionMask;
    private readonly uint* _completionHead;
    private readonly uint* _completionTail;
    private readonly Native.UringCompletion* _completions;
    private readonly uint _completionMask;
    private uint _written;   // submissions, up to here
    private uint _submitted; // the kernel was told of, up to here
    private int _entrance;   // what a call names: the descriptor, or the place where the kernel has it at hand
    private uint _entranceFlag;

    private IoRing(int descriptor, in Native.UringParameters parameters)
    {
        (_descriptor, _entrance) = (descriptor, descriptor);
        _ringsLength = Math.Max(
            parameters.SubmissionArray + (parameters.SubmissionEntries * sizeof(uint)),
            parameters.Completions + (parameters.CompletionEntries * (uint)sizeof(Native.UringCompletion)));
        _submissionsLength = parameters.SubmissionEntries * (nuint)sizeof(Native.UringSubmission);
        _rings = Map(_ringsLength, 0);
        _submissions = (Native.UringSubmission*)Map(_submissionsLength, Native.IORING_OFF_SQES);
        _submissionHead = (uint*)(_rings + parameters.SubmissionHead);
        _submissionTail = (uint*)(_rings + parameters.SubmissionTail);
        _submissionArray = (uint*)(_rings + parameters.SubmissionArray);
        _submissionMask = *(uint*)(_rings + parameters.SubmissionMask);
        _completionHead = (uint*)(_rings + parameters.CompletionHead);
        _completionTail = (uint*)(_rings + parameters.CompletionTail);
        _completions = (Native.UringCompletion*)(_rings + parameters.Completions);
        _completionMask = *(uint*)(_rings + parameters.CompletionMask);
    }

    public int Descriptor => _descriptor;

    /// <summary>Null where the kernel is older than 6.1, or forbids it; then <paramref name="error"/> is its error number. To be called by the thread that will use it.</summary>
    /// <param name="submissions">Room for what is asked for at once; a power of two.</param>
    /// <param name="completions">Room for what comes of it; a power of two.</param>
    /// <param name="error">0, or the system's error number.</param>
    public static IoRing? TryOpen(uint submissions, uint completions, out int error)
    {
        var parameters = new Native.UringParameters
        {
            CompletionEntries = completions,
            Flags = Native.IORING_SETUP_CQSIZE | Native.IORING_SETUP_SINGLE_ISSUER | Native.IORING_SETUP_DEFER_TASKRUN,
        };
        nint descriptor = Native.syscall(Native.SYS_io_uring_setup, submissions, &parameters);
        error = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        if (descriptor < 0)
        {
            return null;
        }
        var ring = new IoRing((int)descriptor, parameters);
        ring.TakeEntrance();
        return ring;
    }

    /// <summary>Has the kernel look sockets up in a table of this ring, and no longer in that of the process, which all threads share.</summary>
    /// <param name="entries">How many there are room for.</param>
    /// <returns>False: it won't; they go by their descriptors then.</returns>
    public bool TryMakeFileTable(int entries)
    {
        var table = new Native.UringTable { Entries = (uint)entries, Flags = Native.IORING_RSRC_REGISTER_SPARSE };
        return Native.syscall(Native.SYS_io_uring_register, _descriptor, Native.IORING_REGISTER_FILES2, &table, (uint)sizeof(Native.UringTable)) == 0;
    }

    /// <summary>Puts a socket into the table, or takes out what is there.</summary>
    /// <param name="place">From 0.</param>
    /// <param name="descriptor">-1: none. The kernel lets go of the former one before this returns, if nothing that was asked for is under way with it.</param>
    public bool TrySetFile(int place, int descriptor)
    {
        var update = new Native.UringUpdate { Offset = (uint)place, Data = (ulong)&descriptor };
        return Native.syscall(Native.SYS_io_uring_register, _descriptor, Native.IORING_REGISTER_FILES_UPDATE, &update, 1) == 1;
    }

    /// <summary>An empty submission, which goes to the kernel with the next <see cref="Enter"/>.</summary>
    public ref Native.UringSubmission Next()
    {
        if (_written - Volatile.Read(ref *_submissionHead) > _submissionMask)
        {
            Submit();
            if (_written - Volatile.Read(ref *_submissionHead) > _submissionMask)
            {
                throw new InvalidOperationException("io_uring takes no submissions");
            }
        }
        uint index = _written & _submissionMask;
        _submissionArray[index] = index;
        _written++;
        ref Native.UringSubmission submission = ref _submissions[index];
        submission = default;
        return ref submission;
    }

    /// <summary>Hands over what was asked for, without waiting for anything.</summary>
    public void Submit() => Enter(0, null);

    /// <summary>Hands over what was asked for and waits until something has come of it, or time is up, or a signal came.</summary>
    /// <param name="completions">How many to wait for.</param>
    /// <param name="limit">Null: without limit.</param>
    /// <exception cref="InvalidOperationException">The call itself failed: a bug.</exception>
    public void Enter(uint completions, Native.KernelTime* limit)
    {
        Volatile.Write(ref *_submissionTail, _written);
        var wait = new Native.UringWait { TimeLimit = (ulong)limit };
        nint taken = Native.syscall(Native.SYS_io_uring_enter, _entrance, _written - _submitted, completions,
            _entranceFlag | Native.IORING_ENTER_GETEVENTS | Native.IORING_ENTER_EXT_ARG, &wait, (nuint)sizeof(Native.UringWait));
        if (taken < 0 && Marshal.GetLastPInvokeError() is not (Native.EINTR or Native.ETIME or Native.EAGAIN or Native.EBUSY))
        {
            throw new InvalidOperationException($"io_uring_enter: error {Marshal.GetLastPInvokeError()}");
        }
        _submitted = Volatile.Read(ref *_submissionHead);
    }

    /// <summary>Takes the oldest result that was not taken yet.</summary>
    public bool TryTake(out Native.UringCompletion completion)
    {
        uint head = *_completionHead;
        if (head == Volatile.Read(ref *_completionTail))
        {
            completion = default;
            return false;
        }
        completion = _completions[head & _completionMask];
        Volatile.Write(ref *_completionHead, head + 1);
        return true;
    }

    /// <summary>Ends everything that was asked for. The kernel lets go of files some time later.</summary>
    public void Dispose()
    {
        _ = Native.close(_descriptor);
        _ = Native.munmap(_rings, _ringsLength);
        _ = Native.munmap(_submissions, _submissionsLength);
    }

    // The kernel keeps the ring for this thread and need not look it up for each call; it lets go when the thread ends.
    private void TakeEntrance()
    {
        var update = new Native.UringUpdate { Offset = uint.MaxValue, Data = (ulong)_descriptor };
        if (Native.syscall(Native.SYS_io_uring_register, _descriptor, Native.IORING_REGISTER_RING_FDS, &update, 1) == 1)
        {
            (_entrance, _entranceFlag) = ((int)update.Offset, Native.IORING_ENTER_REGISTERED_RING);
        }
    }

    private byte* Map(nuint length, long offset)
    {
        void* start = Native.mmap(null, length, Native.PROT_READ | Native.PROT_WRITE, Native.MAP_SHARED | Native.MAP_POPULATE, _descriptor, offset);
        return (nint)start == -1 ? throw new InvalidOperationException($"mmap: error {Marshal.GetLastPInvokeError()}") : (byte*)start;
    }
}
