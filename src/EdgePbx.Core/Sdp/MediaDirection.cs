namespace EdgePbx.Core;

/// <summary>What the writer of a description does with a stream (RFC 8866 6.7), seen from that writer's side.</summary>
public enum MediaDirection : byte { SendRecv, SendOnly, RecvOnly, Inactive }

/// <summary>Directions as two questions, and the rule of RFC 3264 6.1 for answers.</summary>
public static class MediaDirections
{
    public static bool CanSend(this MediaDirection direction) => direction is MediaDirection.SendRecv or MediaDirection.SendOnly;

    public static bool CanReceive(this MediaDirection direction) => direction is MediaDirection.SendRecv or MediaDirection.RecvOnly;

    public static MediaDirection From(bool canSend, bool canReceive) => (canSend, canReceive) switch
    {
        (true, true) => MediaDirection.SendRecv,
        (true, false) => MediaDirection.SendOnly,
        (false, true) => MediaDirection.RecvOnly,
        _ => MediaDirection.Inactive,
    };

    /// <summary>
    /// What of a wish an answer may say: it sends only what the offerer receives, and receives only what the offerer
    /// sends (RFC 3264 6.1).
    /// </summary>
    public static MediaDirection AsAnswerTo(this MediaDirection wish, MediaDirection offer) =>
        From(wish.CanSend() && offer.CanReceive(), wish.CanReceive() && offer.CanSend());

    /// <summary>The name of the attribute.</summary>
    public static string ToAttribute(this MediaDirection direction) => direction switch
    {
        MediaDirection.SendOnly => "sendonly",
        MediaDirection.RecvOnly => "recvonly",
        MediaDirection.Inactive => "inactive",
        _ => "sendrecv",
    };

    internal static bool TryParse(ReadOnlySpan<char> attribute, out MediaDirection direction)
    {
        for (direction = MediaDirection.SendRecv; direction <= MediaDirection.Inactive; direction++)
        {
            if (attribute.Trim(" \t").Equals(direction.ToAttribute(), StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }
        direction = MediaDirection.SendRecv;
        return false;
    }

    /// <summary>The direction that these lines name, or null when they name none; of several the first counts.</summary>
    internal static MediaDirection? In(ReadOnlySpan<SdpLine> lines)
    {
        foreach (SdpLine line in lines)
        {
            if (line.Type == 'a' && TryParse(line.Value, out MediaDirection direction))
            {
                return direction;
            }
        }
        return null;
    }
}
