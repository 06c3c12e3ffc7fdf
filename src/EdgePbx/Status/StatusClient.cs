using System.Text;
using System.Text.Json;

namespace EdgePbx;

/// <summary>Asks the running process.</summary>
internal static unsafe class StatusClient
{
    private const int MillisecondsOfPatience = 5000;

    /// <returns>The JSON text; null when nothing runs behind that socket, or it does not answer.</returns>
    public static string? Ask(string path, StatusRequest request = default)
    {
        int descriptor = StatusSocket.TryConnect(path);
        if (descriptor < 0)
        {
            return null;
        }
        Say(descriptor, request.Line);
        using var received = new MemoryStream();
        byte* buffer = stackalloc byte[4096];
        nint count;
        while ((count = IsReadable(descriptor) ? SocketCalls.recv(descriptor, buffer, 4096, 0) : -1) > 0)
        {
            received.Write(new ReadOnlySpan<byte>(buffer, (int)count));
        }
        _ = Native.close(descriptor);
        return count == 0 && received.Length > 0 ? Encoding.UTF8.GetString(received.ToArray()) : null;
    }

    public static StatusDocument Parse(string json) => JsonSerializer.Deserialize(json, StatusJson.Default.StatusDocument)!;

    // a few bytes always fit into a new connection; one that is gone is noticed by whoever reads the answer
    private static void Say(int descriptor, ReadOnlySpan<byte> line)
    {
        fixed (byte* first = line)
        {
            _ = SocketCalls.send(descriptor, first, (nuint)line.Length, SocketCalls.MSG_NOSIGNAL);
        }
    }

    private static bool IsReadable(int descriptor)
    {
        Native.PollEntry entry = new() { Descriptor = descriptor, Wanted = Native.POLLIN };
        return Native.poll(&entry, 1, MillisecondsOfPatience) > 0;
    }
}
