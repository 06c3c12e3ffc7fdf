namespace EdgePbx.Core;

/// <summary>OPTIONS: what we are able to do (RFC 3261 11.2, C-20).</summary>
internal static class OptionsHandler
{
    /// <summary>A stranger whose question is so many times shorter than our abilities hears the essential ones only.</summary>
    private const int ShortFrom = 2;

    /// <summary>Within a dialog.</summary>
    public static void Answer(PbxContext context, Instant now, ServerTransaction transaction)
    {
        SipWriter writer = context.BeginResponse(transaction, 200);
        WriteAbilities(context, ref writer, transaction.Source);
        context.SendResponse(now, transaction, 200, ref writer);
    }

    /// <summary>From anybody, who learns nothing that the next INVITE would not show; nothing is remembered of it.</summary>
    public static void Answer(PbxContext context, SipMessage request, in SipFlow source)
    {
        SipWriter writer = context.BeginStateless(request, source, 200);
        WriteAbilities(context, ref writer, source);
        if (context.IsUnproved(source) && writer.Length > ShortFrom * request.Bytes.Length)
        {
            writer = context.BeginStateless(request, source, 200);
            writer.Header(HeaderName.Allow, SipIdentity.Allow);
            writer.Header(HeaderName.Supported, SipIdentity.Supported);
        }
        context.SendStateless(request, source, ref writer);
    }

    private static void WriteAbilities(PbxContext context, ref SipWriter writer, in SipFlow flow)
    {
        context.WriteContact(ref writer, default, flow);
        writer.Header(HeaderName.Allow, SipIdentity.Allow);
        writer.Header(HeaderName.Accept, SipIdentity.Accept);
        writer.Header(HeaderName.AcceptEncoding, "identity"u8);
        writer.Header(HeaderName.AcceptLanguage, "en"u8);
        writer.Header(HeaderName.Supported, SipIdentity.Supported);
        writer.Header(HeaderName.Server, SipIdentity.Product);
    }
}
