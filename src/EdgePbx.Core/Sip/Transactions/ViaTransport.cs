namespace EdgePbx.Core;

/// <summary>Changes the transport in the Via of a request that we wrote: both names have three letters, so nothing moves (RFC 3261 18.1.1).</summary>
internal static class ViaTransport
{
    public static void Patch(Span<byte> request, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        int at = request.IndexOf("Via: SIP/2.0/"u8);
        if (at >= 0 && request[(at + 13)..].StartsWith(from))
        {
            to.CopyTo(request[(at + 13)..]);
        }
    }
}
