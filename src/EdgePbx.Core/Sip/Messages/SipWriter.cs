using System.Text;

namespace EdgePbx.Core;

/// <summary>Writes a message into a buffer from front to back; whether it fitted is asked once, at the end.</summary>
public ref struct SipWriter(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>Something did not fit; nothing was written from then on.</summary>
    public bool HasOverflowed { get; private set; }

    public void RequestLine(SipMethod method, scoped ReadOnlySpan<byte> uri) => RequestLine(SipMethods.NameOf(method), uri);

    public void RequestLine(scoped ReadOnlySpan<byte> method, scoped ReadOnlySpan<byte> uri)
    {
        Raw(method);
        Raw(" "u8);
        Raw(uri);
        Raw(" SIP/2.0\r\n"u8);
    }

    public void StatusLine(int code, scoped ReadOnlySpan<byte> reason)
    {
        Raw("SIP/2.0 "u8);
        Raw((uint)code);
        Raw(" "u8);
        Raw(reason);
        Raw("\r\n"u8);
    }

    public void Header(HeaderName name, scoped ReadOnlySpan<byte> value) => Header(HeaderNames.NameOf(name), value);

    public void Header(HeaderName name, uint value)
    {
        BeginHeader(name);
        Raw(value);
        EndHeader();
    }

    public void Header(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value)
    {
        Raw(name);
        Raw(": "u8);
        Raw(value);
        Raw("\r\n"u8);
    }

    /// <summary>A header whose value is written in pieces, up to <see cref="EndHeader"/>.</summary>
    public void BeginHeader(HeaderName name)
    {
        Raw(HeaderNames.NameOf(name));
        Raw(": "u8);
    }

    public void EndHeader() => Raw("\r\n"u8);

    public void Raw(scoped ReadOnlySpan<byte> text)
    {
        if (HasOverflowed || !text.TryCopyTo(_buffer[Length..]))
        {
            HasOverflowed = true;
            return;
        }
        Length += text.Length;
    }

    /// <summary>As UTF-8.</summary>
    public void Raw(string text)
    {
        if (HasOverflowed || !Encoding.UTF8.TryGetBytes(text, _buffer[Length..], out int written))
        {
            HasOverflowed = true;
            return;
        }
        Length += written;
    }

    /// <summary>In decimal.</summary>
    public void Raw(uint value)
    {
        if (HasOverflowed || !value.TryFormat(_buffer[Length..], out int written, default, provider: null))
        {
            HasOverflowed = true;
            return;
        }
        Length += written;
    }

    /// <summary>An address as a URI or Via writes it: IPv6 in brackets.</summary>
    public void Raw(NetAddress address)
    {
        if (HasOverflowed || !HostLiteral.TryFormat(address, _buffer[Length..], out int written))
        {
            HasOverflowed = true;
            return;
        }
        Length += written;
    }

    /// <summary>As <see cref="Raw(NetAddress)"/>, with its port; a dash when there is none.</summary>
    public void Raw(NetEndpoint endpoint)
    {
        if (endpoint.IsNone)
        {
            Raw("-"u8);
            return;
        }
        Raw(endpoint.Address);
        Raw(":"u8);
        Raw(endpoint.Port);
    }

    /// <summary>An address as Via's received parameter has it: IPv6 without brackets (RFC 3261 25.1 via-received).</summary>
    public void RawBare(NetAddress address)
    {
        int start = Length;
        Raw(address);
        if (!HasOverflowed && address.IsV6)
        {
            Length -= 2;
            _buffer.Slice(start + 1, Length - start).CopyTo(_buffer[start..]);
        }
    }

    /// <summary>Content-Type, Content-Length, the empty line and the body; nothing comes after it.</summary>
    public void Body(scoped ReadOnlySpan<byte> contentType, scoped ReadOnlySpan<byte> body)
    {
        Header(HeaderName.ContentType, contentType);
        Header(HeaderName.ContentLength, (uint)body.Length);
        Raw("\r\n"u8);
        Raw(body);
    }

    /// <summary>Content-Length 0 and the empty line; nothing comes after it.</summary>
    public void NoBody() => Raw(End);

    /// <summary>What <see cref="NoBody"/> writes, in bytes.</summary>
    internal static int NoBodyLength => End.Length;

    private static ReadOnlySpan<byte> End => "Content-Length: 0\r\n\r\n"u8;

    /// <summary>False if it did not fit.</summary>
    public readonly bool TryComplete(out int length)
    {
        length = HasOverflowed ? 0 : Length;
        return !HasOverflowed;
    }
}
