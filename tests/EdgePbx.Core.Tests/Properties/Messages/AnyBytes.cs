namespace EdgePbx.Core.Tests;

/// <summary>Feeds bytes to everything that reads bytes; the test is that nothing throws and that the framer makes progress.</summary>
internal static class AnyBytes
{
    internal static void ReadAll(byte[] bytes)
    {
        Values(bytes);
        foreach (bool isStream in (bool[])[false, true])
        {
            byte[] buffer = [.. bytes];
            var message = new SipMessage();
            bool parsed = SipParser.TryParse(buffer, buffer.Length, isStream, message, out SipParseError error);
            Assert.True(parsed || !string.IsNullOrEmpty(error.Reason));
            Headers(message);
            Answer(message);
        }
    }

    /// <summary>The number of messages in the stream.</summary>
    internal static int FrameAll(ReadOnlySpan<byte> stream)
    {
        int messages = 0;
        while (true)
        {
            FrameResult result = SipStreamFramer.Next(stream, out int consumed, out int length);
            Assert.InRange(consumed, result == FrameResult.NeedMore ? 0 : 1, result == FrameResult.NeedMore ? 0 : stream.Length);
            Assert.InRange(length, 0, stream.Length);
            if (result is FrameResult.NeedMore or FrameResult.Invalid)
            {
                return messages;
            }
            messages += result == FrameResult.Message ? 1 : 0;
            stream = stream[consumed..];
        }
    }

    internal static void Values(ReadOnlySpan<byte> text)
    {
        if (SipUri.TryParse(text, out SipUri uri))
        {
            _ = uri.UnescapeUser(stackalloc byte[256]);
            _ = uri.HasLooseRouting;
        }
        _ = SipUri.AreEqual(text, text);
        if (NameAddress.TryParse(text, out NameAddress address))
        {
            _ = address.Tag;
        }
        if (Via.TryParse(text, out Via via))
        {
            _ = via.HasMagicCookie;
            _ = HostLiteral.TryParse(via.Host, out _);
        }
        _ = CSeq.TryParse(text, out _);
        _ = RAck.TryParse(text, out _);
        _ = SessionExpires.TryParse(text, out _);
        _ = MediaType.TryParse(text, out _);
        _ = MultipartBody.TryFindPart(text, text, "application/sdp"u8, out _);
        _ = MultipartBody.TryFindPart("multipart/mixed;boundary=b"u8, text, "application/sdp"u8, out _);
        _ = HostLiteral.TryParse(text, out _);
        _ = Parameters.AreWellFormed(text);
        _ = HeaderNames.Parse(text);
        _ = SipMethods.Parse(text);
    }

    private static void Headers(SipMessage message)
    {
        for (int i = 0; i < message.HeaderCount; i++)
        {
            Values(message.ValueAt(i));
            _ = message.RawNameAt(i);
        }
        for (int name = 0; name < HeaderNames.Count; name++)
        {
            foreach (ReadOnlySpan<byte> value in message.Values((HeaderName)name))
            {
                Values(value);
            }
            _ = message.HasToken((HeaderName)name, "timer"u8);
            _ = message.TryGetUInt32((HeaderName)name, out _);
        }
        _ = message.Body;
        _ = message.MethodName;
        _ = message.FromTag;
        _ = message.ToTag;
        _ = message.TryGetTopVia(out _);
    }

    private static void Answer(SipMessage message)
    {
        var writer = new SipWriter(new byte[2048]);
        SipResponse.Begin(ref writer, message, 400, default, "tag"u8, new NetEndpoint(NetAddress.LoopbackV4, 5060));
        SipResponse.CopyRecordRoutes(ref writer, message);
        writer.NoBody();
        _ = writer.TryComplete(out _);
        _ = SipResponse.TryGetDestination(message, new SipFlow { Remote = new NetEndpoint(NetAddress.LoopbackV4, 5060) }, out _);
    }
}
