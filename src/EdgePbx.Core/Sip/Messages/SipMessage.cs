using System.Text;

namespace EdgePbx.Core;

/// <summary>
/// One parsed message: an index over a buffer that somebody else holds. Made once and filled again and again by
/// <see cref="SipParser"/>; every span points into the buffer and is good until the buffer or the index is reused.
/// </summary>
public sealed partial class SipMessage
{
    public bool IsRequest { get; internal set; }

    /// <summary>A request's method; a response's is that of its CSeq.</summary>
    public SipMethod Method => IsRequest ? _requestMethod : CSeqMethod;

    public ReadOnlySpan<byte> MethodName => IsRequest ? _requestMethodName.In(_bytes) : CSeqMethodName;

    /// <summary>
    /// A response, ACK, BYE or CANCEL: it finds what it belongs to by a few names and then has its effect, whatever else is in it.
    /// Lost it would leave somebody in a call that is over, or ringing.
    /// </summary>
    internal bool NeedsLittle => !IsRequest || _requestMethod is SipMethod.Ack or SipMethod.Bye or SipMethod.Cancel;

    /// <summary>Empty in a response.</summary>
    public ReadOnlySpan<byte> RequestUri => _requestUri.In(_bytes);

    /// <summary>0 in a request.</summary>
    public int StatusCode { get; internal set; }

    /// <summary>Empty in a request.</summary>
    public ReadOnlySpan<byte> ReasonPhrase => _reasonPhrase.In(_bytes);

    /// <summary>The whole message, header lines unfolded.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    public ReadOnlySpan<byte> Body => _bytes.AsSpan(HeadLength, _length - HeadLength);

    /// <summary>Where the body starts, in bytes from the start of the message.</summary>
    public int HeadLength { get; private set; }

    /// <summary>Header fields, not values: a field may hold several.</summary>
    public int HeaderCount { get; private set; }

    public HeaderName NameAt(int index) => _fields[Checked(index)].Name;

    /// <summary>As it was written, long or compact.</summary>
    public ReadOnlySpan<byte> RawNameAt(int index)
    {
        ref readonly HeaderField field = ref _fields[Checked(index)];
        return _bytes.AsSpan(field.NameOffset, field.NameLength);
    }

    /// <summary>Trimmed and unfolded, with its commas.</summary>
    public ReadOnlySpan<byte> ValueAt(int index) => FieldValue(Checked(index));

    /// <summary>How many fields have this name.</summary>
    public int Count(HeaderName name)
    {
        int count = 0;
        for (byte i = FirstField(name); i != HeaderField.None; i = NextField(i))
        {
            count++;
        }
        return count;
    }

    public bool Has(HeaderName name) => FirstField(name) != HeaderField.None;

    /// <summary>The first field's whole value; empty if there is none.</summary>
    public ReadOnlySpan<byte> First(HeaderName name)
    {
        byte field = FirstField(name);
        return field == HeaderField.None ? default : FieldValue(field);
    }

    /// <summary>All values of all fields of that name, one by one; headers that are no lists give a field a value.</summary>
    public HeaderValues Values(HeaderName name) => new(this, name);

    /// <summary>One of the values is this token, in any case; parameters after a semicolon don't count.</summary>
    public bool HasToken(HeaderName name, scoped ReadOnlySpan<byte> token)
    {
        foreach (ReadOnlySpan<byte> value in Values(name))
        {
            if (value.Length >= token.Length
                && Ascii.EqualsIgnoreCase(value[..token.Length], token)
                && IsEndOrSemicolon(value[token.Length..]))
            {
                return true;
            }
        }
        return false;
    }

    public ReadOnlySpan<byte> CallId => First(HeaderName.CallId);

    /// <summary>Empty if there is none.</summary>
    public ReadOnlySpan<byte> FromTag => _fromTag.In(_bytes);

    /// <summary>Empty if there is none.</summary>
    public ReadOnlySpan<byte> ToTag => _toTag.In(_bytes);

    public uint CSeqNumber { get; private set; }

    public SipMethod CSeqMethod { get; private set; }

    public ReadOnlySpan<byte> CSeqMethodName => _cseqMethodName.In(_bytes);

    /// <summary>The topmost value of the topmost Via (RFC 3261 8.1.3.3).</summary>
    public bool TryGetTopVia(out Via via)
    {
        ReadOnlySpan<byte> vias = First(HeaderName.Via);
        return Via.TryParse(vias[..HeaderValues.EndOfValue(vias, (byte)',')], out via);
    }

    /// <summary>
    /// The number that the first field of that name starts with; what follows it after a blank, ";" or "(" is left alone.
    /// </summary>
    public bool TryGetUInt32(HeaderName name, out uint value)
    {
        ReadOnlySpan<byte> text = First(name);
        var cursor = new Utf8Cursor(text);
        if (cursor.TryTakeUInt32(out value) && (cursor.AtEnd || cursor.Rest[0] is (byte)' ' or (byte)'\t' or (byte)';' or (byte)'('))
        {
            return true;
        }
        value = 0;
        return false;
    }

    /// <summary>Makes <paramref name="other"/> describe the same message in a copy of <see cref="Bytes"/>, without parsing again.</summary>
    /// <param name="bytes">Starts with what <see cref="Bytes"/> holds.</param>
    public void CopyIndexTo(SipMessage other, byte[] bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes.Length, _length);
        other.CopyIndexFrom(this, bytes);
    }

    private static bool IsEndOrSemicolon(ReadOnlySpan<byte> text)
    {
        int next = SipChars.SkipBlanks(text, 0);
        return next == text.Length || text[next] == (byte)';';
    }

    private int Checked(int index) =>
        (uint)index < (uint)HeaderCount ? index : throw new ArgumentOutOfRangeException(nameof(index));
}
