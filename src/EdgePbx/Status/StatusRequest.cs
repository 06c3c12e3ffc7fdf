namespace EdgePbx;

/// <summary>What can be asked by the status socket: one word and a line feed.</summary>
internal enum StatusRequest : byte { Status, Audit, Acknowledge, Leds }

/// <summary>Their words.</summary>
internal static class StatusRequests
{
    /// <summary>With its line feed, in bytes.</summary>
    public const int LongestLine = 16;

    public static ReadOnlySpan<byte> LineOf(StatusRequest request) => request switch
    {
        StatusRequest.Audit => "audit\n"u8,
        StatusRequest.Acknowledge => "acknowledge\n"u8,
        StatusRequest.Leds => "leds\n"u8,
        _ => "status\n"u8,
    };

    public static bool TryParse(ReadOnlySpan<byte> line, out StatusRequest request)
    {
        foreach (StatusRequest known in (ReadOnlySpan<StatusRequest>)[StatusRequest.Status, StatusRequest.Audit, StatusRequest.Acknowledge, StatusRequest.Leds])
        {
            if (line.SequenceEqual(LineOf(known)))
            {
                request = known;
                return true;
            }
        }
        request = default;
        return false;
    }
}
