namespace EdgePbx.Core;

/// <summary>OPTIONS: what we are able to do (RFC 3261 11.2, C-20).</summary>
internal static class OptionsHandler
{
    public static void Answer(PbxContext context, Instant now, ServerTransaction transaction)
    {
        SipWriter writer = context.BeginResponse(transaction, 200);
        context.WriteContact(ref writer, default, transaction.Source);
        writer.Header(HeaderName.Allow, SipIdentity.Allow);
        writer.Header(HeaderName.Accept, SipIdentity.Accept);
        writer.Header(HeaderName.AcceptEncoding, "identity"u8);
        writer.Header(HeaderName.AcceptLanguage, "en"u8);
        writer.Header(HeaderName.Supported, SipIdentity.Supported);
        writer.Header(HeaderName.Server, SipIdentity.Product);
        context.SendResponse(now, transaction, 200, ref writer);
    }
}
