using System.Net;
using System.Net.Sockets;

namespace EdgePbx.EndToEnd;

/// <summary>Some consecutive ports of 127.0.0.1, both ends included.</summary>
internal readonly record struct PortBlock(int First, int Last)
{
    public override string ToString() => $"{First}-{Last}";
}

/// <summary>Hands each test ports of its own: below those that the kernel gives away, and free when they were taken.</summary>
internal static class LoopbackPorts
{
    private const int Lowest = 10000;
    private const int Highest = 31999;

    private static readonly Lock Gate = new();
    private static int _next = Lowest + (2 * Random.Shared.Next(4000));

    /// <param name="count">An even number; the first port is even.</param>
    public static PortBlock Take(int count)
    {
        lock (Gate)
        {
            for (int tries = 0; tries < Highest - Lowest; tries++)
            {
                _next = _next + count - 1 > Highest ? Lowest : _next;
                var block = new PortBlock(_next, _next + count - 1);
                _next += count;
                if (Enumerable.Range(block.First, count).All(IsFree))
                {
                    return block;
                }
            }
        }
        throw new InvalidOperationException($"no {count} consecutive ports are free");
    }

    private static bool IsFree(int port) => CanBind(port, SocketType.Dgram, ProtocolType.Udp) && CanBind(port, SocketType.Stream, ProtocolType.Tcp);

    private static bool CanBind(int port, SocketType type, ProtocolType protocol)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
