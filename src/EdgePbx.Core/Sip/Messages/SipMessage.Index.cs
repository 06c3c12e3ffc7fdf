namespace EdgePbx.Core;

/// <content>What the parser fills in.</content>
public sealed partial class SipMessage
{
    private const int UsualHeaders = 24;

    private HeaderField[] _fields = new HeaderField[UsualHeaders];
    private readonly byte[] _firstByName = NewNameTable();
    private readonly byte[] _lastByName = NewNameTable();
    private byte[] _bytes = [];
    private int _length;
    private SipMethod _requestMethod;
    private Extent _requestMethodName;
    private Extent _requestUri;
    private Extent _reasonPhrase;
    private Extent _fromTag;
    private Extent _toTag;
    private Extent _cseqMethodName;

    internal byte FirstField(HeaderName name) => _firstByName[(int)name];

    internal byte NextField(byte field) => _fields[field].Next;

    internal ReadOnlySpan<byte> FieldValue(int field)
    {
        ref readonly HeaderField found = ref _fields[field];
        return _bytes.AsSpan(found.ValueOffset, found.ValueLength);
    }

    internal void Reset(byte[] bytes, int length)
    {
        _bytes = bytes;
        _length = length;
        _firstByName.AsSpan().Fill(HeaderField.None);
        HeaderCount = 0;
        HeadLength = length;
        IsRequest = false;
        StatusCode = 0;
        CSeqNumber = 0;
        CSeqMethod = SipMethod.Unknown;
        _requestMethod = SipMethod.Unknown;
        _requestMethodName = _requestUri = _reasonPhrase = _fromTag = _toTag = _cseqMethodName = default;
    }

    internal void SetRequestLine(ReadOnlySpan<byte> method, ReadOnlySpan<byte> uri)
    {
        IsRequest = true;
        _requestMethod = SipMethods.Parse(method);
        _requestMethodName = Extent.Of(_bytes, method);
        _requestUri = Extent.Of(_bytes, uri);
    }

    internal void SetStatusLine(int code, ReadOnlySpan<byte> reasonPhrase)
    {
        IsRequest = false;
        StatusCode = code;
        _reasonPhrase = Extent.Of(_bytes, reasonPhrase);
    }

    /// <summary>False when the table is full.</summary>
    internal bool TryAddField(HeaderField field)
    {
        if (HeaderCount == SipLimits.Headers)
        {
            return false;
        }
        MakeRoomFor(HeaderCount + 1);
        int name = (int)field.Name;
        byte index = (byte)HeaderCount++;
        field.Next = HeaderField.None;
        _fields[index] = field;
        if (_firstByName[name] == HeaderField.None)
        {
            _firstByName[name] = index;
        }
        else
        {
            _fields[_lastByName[name]].Next = index;
        }
        _lastByName[name] = index;
        return true;
    }

    internal void SetBody(int offset, int length)
    {
        HeadLength = offset;
        _length = offset + length;
    }

    internal void SetTags(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        _fromTag = Extent.Of(_bytes, from);
        _toTag = Extent.Of(_bytes, to);
    }

    internal void SetCSeq(in CSeq cseq)
    {
        CSeqNumber = cseq.Number;
        CSeqMethod = SipMethods.Parse(cseq.MethodName);
        _cseqMethodName = Extent.Of(_bytes, cseq.MethodName);
    }

    private void CopyIndexFrom(SipMessage source, byte[] bytes)
    {
        _bytes = bytes;
        _length = source._length;
        MakeRoomFor(source.HeaderCount);
        source._fields.AsSpan(0, source.HeaderCount).CopyTo(_fields);
        source._firstByName.CopyTo(_firstByName.AsSpan());
        source._lastByName.CopyTo(_lastByName.AsSpan());
        HeaderCount = source.HeaderCount;
        HeadLength = source.HeadLength;
        IsRequest = source.IsRequest;
        StatusCode = source.StatusCode;
        CSeqNumber = source.CSeqNumber;
        CSeqMethod = source.CSeqMethod;
        _requestMethod = source._requestMethod;
        _requestMethodName = source._requestMethodName;
        _requestUri = source._requestUri;
        _reasonPhrase = source._reasonPhrase;
        _fromTag = source._fromTag;
        _toTag = source._toTag;
        _cseqMethodName = source._cseqMethodName;
    }

    /// <summary>It keeps what it has grown to, so that reading allocates nothing after warm-up.</summary>
    private void MakeRoomFor(int fields)
    {
        if (fields > _fields.Length)
        {
            Array.Resize(ref _fields, Math.Min(SipLimits.Headers, Math.Max(fields, 2 * _fields.Length)));
        }
    }

    private static byte[] NewNameTable()
    {
        byte[] table = new byte[HeaderNames.Count];
        table.AsSpan().Fill(HeaderField.None);
        return table;
    }
}
