using System.Runtime.InteropServices;

namespace EdgePbx;

/// <summary>
/// By io_uring: each socket has one lasting request to receive, the kernel fills buffers as datagrams arrive, and what is
/// to be sent goes to it in one call with the next wait.
/// </summary>
internal sealed unsafe class UringIo : MediaIo
{
    private const int Buffers = 512;
    private const int NameOffset = 16; // struct io_uring_recvmsg_out
    private const int DatagramOffset = NameOffset + SockAddr.MaxBytes;
    private const int BufferBytes = (DatagramOffset + DatagramBytes + 63) / 64 * 64;

    // What a result is of stands in the upper half of its user data, which stream in the lower.
    private const ulong ReceiveKind = 0;
    private const ulong SendKind = 1ul << 32;
    private const ulong WakeKind = 2ul << 32;
    private const ulong CancelKind = 3ul << 32;
    private const ulong KindMask = 0xful << 32;
    private const int BufferShift = 40; // of a send: which buffer

    private readonly IoRing _ring;
    private readonly BufferRing _buffers;
    private readonly IMediaIoUser _user;
    private readonly WakeSignal _wake;
    private readonly RelayStream?[] _streams;
    private readonly bool[] _leaving; // by tag
    private readonly Native.MessageHeader* _shape = (Native.MessageHeader*)NativeMemory.AllocZeroed((nuint)sizeof(Native.MessageHeader));
    private readonly bool _hasFileTable; // where a socket's place is its tag
    private readonly int[] _used = new int[Buffers]; // to be returned when what is sent from them has been copied
    private readonly int[] _starved;                 // tags whose request ended for want of buffers
    private int _usedCount;
    private int _starvedCount;
    private int _handedOver; // the buffer that is with the user

    private UringIo(IoRing ring, BufferRing buffers, int streams, IMediaIoUser user, WakeSignal wake, bool canHaveFileTable)
    {
        (_ring, _buffers, _user, _wake) = (ring, buffers, user, wake);
        (_streams, _leaving, _starved) = (new RelayStream?[streams], new bool[streams], new int[streams]);
        _shape->NameLength = SockAddr.MaxBytes;
        _hasFileTable = canHaveFileTable && ring.TryMakeFileTable(streams);
        WatchWake();
    }

    public override string Name => "io_uring";

    /// <summary>Null where the kernel is older than 6.1, or forbids it. To be called by the relay thread.</summary>
    /// <param name="streams">Tags are below this.</param>
    /// <param name="user">Who takes what arrives.</param>
    /// <param name="wake">Ends a wait.</param>
    /// <param name="error">0, or the system's error number.</param>
    public static UringIo? TryOpen(int streams, IMediaIoUser user, WakeSignal wake, out int error) =>
        TryOpen(streams, user, wake, LetsGoOfFiles, out error);

    /// <summary>The same, for tests of the older way on a younger kernel.</summary>
    internal static UringIo? TryOpen(int streams, IMediaIoUser user, WakeSignal wake, bool canHaveFileTable, out int error)
    {
        IoRing? ring = IoRing.TryOpen(1024, 4096, out error);
        try
        {
            if (ring is null || BufferRing.TryRegister(ring, Buffers, BufferBytes, out error) is not { } buffers)
            {
                return null;
            }
            var io = new UringIo(ring, buffers, streams, user, wake, canHaveFileTable);
            ring = null; // it is that one's now
            return io;
        }
        finally
        {
            ring?.Dispose();
        }
    }

    // Before Linux 6.13 a socket that has left the table is kept for as long as anything at all is under way that was asked
    // for by the table, and a port that somebody still holds can't be given back.
    private static bool LetsGoOfFiles => OperatingSystem.IsOSPlatformVersionAtLeast("linux", 6, 13);

    public override void Add(RelayStream stream)
    {
        if (_hasFileTable && !_ring.TrySetFile(stream.Tag, stream.Descriptor))
        {
            throw new InvalidOperationException($"io_uring takes no socket at {stream.Tag}");
        }
        _streams[stream.Tag] = stream;
        Arm(stream.Tag);
    }

    public override bool Remove(RelayStream stream)
    {
        _leaving[stream.Tag] = true;
        ref Native.UringSubmission cancel = ref _ring.Next();
        cancel.Operation = Native.IORING_OP_ASYNC_CANCEL;
        cancel.Descriptor = -1;
        cancel.Address = ReceiveKind | (uint)stream.Tag;
        cancel.UserData = CancelKind;
        return false; // the request itself tells when it has ended, and its file with it
    }

    public override void Send(RelayStream stream, ReadOnlySpan<byte> datagram)
    {
        if (!stream.IsConnected)
        {
            Count(stream.SendNow(datagram)); // a send request with an address is younger than the rest (Linux 6.2)
            return;
        }
        ref Native.UringSubmission send = ref _ring.Next();
        send.Operation = Native.IORING_OP_SEND;
        Designate(ref send, stream, Native.IOSQE_CQE_SKIP_SUCCESS);
        fixed (byte* start = datagram) // of native memory, so it stays there
        {
            send.Address = (ulong)start;
        }
        send.Length = (uint)datagram.Length;
        send.OperationFlags = Native.MSG_DONTWAIT; // now or never: when the submission is through, the buffer is free
        send.UserData = SendKind | (uint)stream.Tag | ((ulong)_handedOver << BufferShift);
        Sent++;
    }

    public override bool Wait(int milliseconds)
    {
        var limit = new Native.KernelTime { Seconds = milliseconds / 1000, Nanoseconds = milliseconds % 1000 * 1_000_000L };
        _ring.Enter(1, milliseconds < 0 ? null : &limit);
        _user.Awake();
        int copied = _usedCount; // what is sent from these was in that submission
        bool isWoken = TakeResults();
        if (_starvedCount > 0)
        {
            // everything that is used now goes to the kernel, which tells at once what it can't send
            ReturnBuffers(copied);
            copied = _usedCount;
            _ring.Submit();
            isWoken |= TakeResults();
        }
        ReturnBuffers(copied);
        while (_starvedCount > 0)
        {
            Arm(_starved[--_starvedCount]);
        }
        return isWoken;
    }

    public override void Dispose()
    {
        _ring.Dispose();
        _buffers.Dispose();
        NativeMemory.Free(_shape);
    }

    private bool TakeResults()
    {
        bool isWoken = false;
        while (_ring.TryTake(out Native.UringCompletion result))
        {
            switch (result.UserData & KindMask)
            {
                case ReceiveKind:
                    TakeReceived((int)(uint)result.UserData, result);
                    break;
                case SendKind:
                    TakeSendError(result);
                    break;
                case WakeKind:
                    isWoken = true;
                    TakeWake(result);
                    break;
                default:
                    break; // of a cancellation nothing is to be learnt
            }
        }
        return isWoken;
    }

    private void TakeWake(in Native.UringCompletion result)
    {
        _wake.Clear();
        if ((result.Flags & Native.IORING_CQE_F_MORE) == 0)
        {
            WatchWake();
        }
    }

    private void Count(bool isSent)
    {
        if (isSent)
        {
            Sent++;
        }
        else
        {
            Refused++;
        }
    }

    private void TakeReceived(int tag, in Native.UringCompletion result)
    {
        if ((result.Flags & Native.IORING_CQE_F_BUFFER) != 0)
        {
            int id = (int)(result.Flags >> Native.IORING_CQE_BUFFER_SHIFT);
            _used[_usedCount++] = id;
            if (result.Result >= DatagramOffset && !_leaving[tag])
            {
                HandOver(_streams[tag]!, id);
            }
        }
        if ((result.Flags & Native.IORING_CQE_F_MORE) != 0)
        {
            return;
        }
        if (_leaving[tag])
        {
            Leave(tag);
        }
        else if (result.Result == -Native.ENOBUFS)
        {
            _starved[_starvedCount++] = tag;
        }
        else
        {
            Arm(tag); // an error of the socket, such as "port unreachable", has ended it
        }
    }

    private void HandOver(RelayStream stream, int id)
    {
        byte* buffer = _buffers[id];
        var head = (Native.UringReceived*)buffer;
        _handedOver = id;
        _user.Received(stream,
            new Span<byte>(buffer + DatagramOffset, (head->Flags & Native.MSG_TRUNC) != 0 ? 0 : (int)head->PayloadLength),
            new ReadOnlySpan<byte>(buffer + NameOffset, (int)Math.Min(head->NameLength, SockAddr.MaxBytes)));
    }

    private void Leave(int tag)
    {
        RelayStream stream = _streams[tag]!;
        _streams[tag] = null;
        _leaving[tag] = false;
        if (_hasFileTable)
        {
            _ = _ring.TrySetFile(tag, -1);
        }
        _user.Removed(stream);
    }

    // Only what the kernel did not send is told. Its datagram still lies there: buffers are returned later.
    private void TakeSendError(in Native.UringCompletion result)
    {
        Sent--;
        bool isSent = false;
        if (result.Result == -Native.ECONNREFUSED && _streams[(int)(uint)result.UserData] is { } stream)
        {
            byte* buffer = _buffers[(int)(result.UserData >> BufferShift)];
            isSent = stream.SendNow(new ReadOnlySpan<byte>(buffer + DatagramOffset, (int)((Native.UringReceived*)buffer)->PayloadLength));
        }
        Count(isSent);
    }

    private void ReturnBuffers(int copied)
    {
        for (int i = 0; i < copied; i++)
        {
            _buffers.Return(_used[i]);
        }
        Array.Copy(_used, copied, _used, 0, _usedCount - copied);
        _usedCount -= copied;
    }

    private void Arm(int tag)
    {
        ref Native.UringSubmission receive = ref _ring.Next();
        receive.Operation = Native.IORING_OP_RECVMSG;
        Designate(ref receive, _streams[tag]!, Native.IOSQE_BUFFER_SELECT);
        receive.Priority = Native.IORING_RECV_MULTISHOT;
        receive.Address = (ulong)_shape;
        receive.UserData = ReceiveKind | (uint)tag;
    }

    // Which socket it is about.
    private void Designate(ref Native.UringSubmission submission, RelayStream stream, byte flags)
    {
        submission.Flags = (byte)(flags | (_hasFileTable ? Native.IOSQE_FIXED_FILE : 0));
        submission.Descriptor = _hasFileTable ? stream.Tag : stream.Descriptor;
    }

    private void WatchWake()
    {
        ref Native.UringSubmission watch = ref _ring.Next();
        watch.Operation = Native.IORING_OP_POLL_ADD;
        watch.Descriptor = _wake.Descriptor;
        watch.Length = Native.IORING_POLL_ADD_MULTI;
        watch.OperationFlags = (uint)Native.POLLIN;
        watch.UserData = WakeKind;
    }
}
