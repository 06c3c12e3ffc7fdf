namespace EdgePbx.Core;

/// <summary>Reads one header value from left to right. A take that fails takes nothing; nothing is allocated.</summary>
public ref struct Utf8Cursor(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>What has not been taken yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>1*DIGIT that fits in 32 bits.</summary>
    public bool TryTakeUInt32(out uint value)
    {
        int length = 0;
        while (length < _rest.Length && SipChars.IsDigit(_rest[length]))
        {
            length++;
        }
        if (!SipChars.TryReadUInt32(_rest[..length], out value))
        {
            return false;
        }
        _rest = _rest[length..];
        return true;
    }

    /// <summary>At least one blank.</summary>
    public bool TryTakeSpace()
    {
        int before = _rest.Length;
        SkipSpace();
        return _rest.Length < before;
    }

    public void SkipSpace()
    {
        int length = 0;
        while (length < _rest.Length && SipChars.IsBlank(_rest[length]))
        {
            length++;
        }
        _rest = _rest[length..];
    }

    /// <summary>token of RFC 3261 25.1, at least one character.</summary>
    public bool TryTakeToken(out ReadOnlySpan<byte> token)
    {
        int length = _rest.IndexOfAnyExcept(SipChars.Token);
        length = length < 0 ? _rest.Length : length;
        token = _rest[..length];
        _rest = _rest[length..];
        return length > 0;
    }

    /// <summary>This character, with any blanks around it (SLASH, SEMI, EQUAL and so on of RFC 3261 25.1).</summary>
    public bool TryTakeSeparator(char separator)
    {
        Utf8Cursor ahead = this;
        ahead.SkipSpace();
        if (!ahead.TryTake(separator))
        {
            return false;
        }
        ahead.SkipSpace();
        this = ahead;
        return true;
    }

    /// <summary>This character, here.</summary>
    public bool TryTake(char character)
    {
        if (_rest.IsEmpty || _rest[0] != (byte)character)
        {
            return false;
        }
        _rest = _rest[1..];
        return true;
    }

    /// <summary>The rest, all of it.</summary>
    public ReadOnlySpan<byte> TakeRest()
    {
        ReadOnlySpan<byte> rest = _rest;
        _rest = default;
        return rest;
    }

    /// <summary>A host name, an IPv4 address or a bracketed IPv6 reference, and a port if one follows (0 = none).</summary>
    public bool TryTakeHostPort(out ReadOnlySpan<byte> host, out int port)
    {
        int end = HostPort.End(_rest, 0, out int hostEnd, out port);
        if (end < 0)
        {
            host = default;
            port = 0;
            return false;
        }
        host = _rest[..hostEnd];
        _rest = _rest[end..];
        return true;
    }
}
