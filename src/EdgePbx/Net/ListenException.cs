using System.Runtime.InteropServices;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>A listening socket could not be opened: the address is taken, not ours, or not allowed. The exit code is 3 then.</summary>
public sealed class ListenException : Exception
{
    public ListenException()
    {
    }

    public ListenException(string message) : base(message)
    {
    }

    public ListenException(string message, Exception innerException) : base(message, innerException)
    {
    }

    internal ListenException(ListenUrl url, int error)
        : base($"cannot listen on {url}: {Marshal.GetPInvokeErrorMessage(error)}{Remedy(url, error)}") => (Url, IsAddressMissing) = (url, error == SocketCalls.EADDRNOTAVAIL);

    internal ListenUrl Url { get; }

    /// <summary>This machine does not have the address, be it that its network is not up yet.</summary>
    internal bool IsAddressMissing { get; }

    private static string Remedy(ListenUrl url, int error) => error == Native.EADDRINUSE
        ? $" (`ss {(url.Transport == SipTransport.Udp ? "-lunp" : "-ltnp")}` shows who has it)"
        : "";
}
