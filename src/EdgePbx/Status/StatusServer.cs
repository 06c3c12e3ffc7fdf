using System.Runtime.InteropServices;
using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>
/// The thread behind <c>edgepbx status</c> and <c>audit</c>: whoever connects and says what he wants gets one JSON document, one
/// after the other, and nobody is waited for longer than two seconds. The signalling thread only copies numbers for it.
/// </summary>
internal sealed unsafe class StatusServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Func<StatusRequest, TimeSpan, byte[]?> _answer;
    private readonly string _path;
    private readonly int _descriptor;
    private readonly WakeSignal _wake = new();
    private readonly Thread? _thread;
    private bool _isStopping;

    /// <param name="path">Of the socket.</param>
    /// <param name="answer">Gives the document, or null when it takes longer than it was given.</param>
    /// <param name="log">Told when the socket can't be had; the PBX works without.</param>
    public StatusServer(string path, Func<StatusRequest, TimeSpan, byte[]?> answer, ILogger log)
    {
        (_path, _answer) = (path, answer);
        _descriptor = StatusSocket.TryListen(path, out string problem);
        if (_descriptor < 0)
        {
            log.StatusUnavailable(path, problem);
            return;
        }
        Pulse = new Pulse("status", _wake.Set);
        _thread = new Thread(Serve) { Name = "status", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Its thread's sign of life; of one that never was there is none to ask.</summary>
    public Pulse? Pulse { get; }

    public void Dispose()
    {
        if (_thread is not null)
        {
            StatusSocket.Remove(_path); // first, so that nobody connects to a server that is leaving
            Volatile.Write(ref _isStopping, true);
            _wake.Set();
            if (!_thread.Join(ShutdownLimits.Status))
            {
                return; // it waits for an answer of those who hang, and needs what it has
            }
            _ = Native.close(_descriptor);
        }
        _wake.Dispose();
    }

    private void Serve()
    {
        while (!WaitFor(_descriptor, Native.POLLIN, Timeout.InfiniteTimeSpan))
        {
            int client = UnixCalls.accept4(_descriptor, 0, 0, SocketCalls.SOCK_NONBLOCK | SocketCalls.SOCK_CLOEXEC);
            if (client >= 0)
            {
                Answer(client);
                _ = Native.close(client);
            }
        }
    }

    private void Answer(int client)
    {
        if (TryRead(client, out StatusRequest request) && _answer(request, Patience) is { } document)
        {
            ReadOnlySpan<byte> rest = document;
            Instant until = MonotonicClock.Now + Patience;
            while (rest.Length > 0 && MonotonicClock.Now < until && !WaitFor(client, Native.POLLOUT, Left(until)))
            {
                nint sent = Send(client, rest);
                if (sent < 0 && Marshal.GetLastPInvokeError() is not (Native.EAGAIN or Native.EINTR))
                {
                    return; // gone
                }
                rest = rest[(int)Math.Max(sent, 0)..];
            }
        }
    }

    private bool TryRead(int client, out StatusRequest request)
    {
        Span<byte> line = stackalloc byte[StatusRequest.LongestLine];
        int length = 0;
        Instant until = MonotonicClock.Now + Patience;
        while (length < line.Length && MonotonicClock.Now < until && !WaitFor(client, Native.POLLIN, Left(until)))
        {
            nint count = Receive(client, line[length..]);
            if (count == 0 || (count < 0 && Marshal.GetLastPInvokeError() is not (Native.EAGAIN or Native.EINTR)))
            {
                break; // gone
            }
            length += (int)Math.Max(count, 0);
            if (StatusRequest.TryParse(line[..length], out request))
            {
                return true;
            }
            if (line[..length].Contains((byte)'\n'))
            {
                break; // a word that means nothing
            }
        }
        request = default;
        return false;
    }

    // never negative, which would mean for ever
    private static TimeSpan Left(Instant until)
    {
        TimeSpan left = until - MonotonicClock.Now;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static nint Receive(int client, Span<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            return SocketCalls.recv(client, first, (nuint)bytes.Length, 0);
        }
    }

    private static nint Send(int client, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            return SocketCalls.send(client, first, (nuint)bytes.Length, SocketCalls.MSG_NOSIGNAL);
        }
    }

    /// <returns>True when the server shall stop.</returns>
    private bool WaitFor(int descriptor, short events, TimeSpan atMost)
    {
        Native.PollEntry* entries = stackalloc Native.PollEntry[2];
        entries[0] = new Native.PollEntry { Descriptor = descriptor, Wanted = events };
        entries[1] = new Native.PollEntry { Descriptor = _wake.Descriptor, Wanted = Native.POLLIN };
        do
        {
            _ = Native.poll(entries, 2, (int)Math.Ceiling(Math.Max(atMost.TotalMilliseconds, -1)));
            if (Volatile.Read(ref _isStopping))
            {
                return true;
            }
            _wake.Clear();
            Pulse!.Beat();
        }
        while (entries[0].Found == 0 && entries[1].Found != 0); // woken for a sign of life only
        return false;
    }
}
