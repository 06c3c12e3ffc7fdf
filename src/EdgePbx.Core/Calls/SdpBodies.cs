namespace EdgePbx.Core;

/// <summary>Finds the session description in a message, alone or as a part of a multipart body (RFC 5621, O-11).</summary>
internal static class SdpBodies
{
    /// <summary>Null: there is none, or it can't be read; <see cref="TryFind"/> tells these apart.</summary>
    public static SdpSession? Find(SipMessage message) => TryFind(message, out SdpSession? session, out _) ? session : null;

    /// <summary>False: there is a body that can't be used, answered with <paramref name="status"/> (400 or 415). True with null: no description.</summary>
    public static bool TryFind(SipMessage message, out SdpSession? session, out int status)
    {
        (session, status) = (null, 0);
        if (message.Body.IsEmpty)
        {
            return true;
        }
        ReadOnlySpan<byte> body = message.Body;
        bool isTyped = MediaType.TryParse(message.First(HeaderName.ContentType), out MediaType type);
        if (!isTyped && !body.StartsWith("v="u8)) // nothing else looks like a description
        {
            status = 400;
            return false;
        }
        if (isTyped && !type.Is("application/sdp"u8))
        {
            if (!MultipartBody.TryFindPart(message.First(HeaderName.ContentType), message.Body, "application/sdp"u8, out body))
            {
                status = 415; // C-12
                return IsOptional(message);
            }
        }
        if (!SdpSession.TryParse(body, out session, out _))
        {
            status = 400;
            return false;
        }
        return true;
    }

    /// <summary>Content-Disposition: …;handling=optional (RFC 3261 20.11): what is not understood is passed over.</summary>
    private static bool IsOptional(SipMessage message) =>
        message.First(HeaderName.ContentDisposition).IndexOf("handling=optional"u8) >= 0;
}
