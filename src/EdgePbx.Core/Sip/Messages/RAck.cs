namespace EdgePbx.Core;

/// <summary>RFC 3262 section 7.2: <c>RAck = response-num LWS CSeq-num LWS Method</c>.</summary>
public readonly ref struct RAck
{
    private RAck(uint responseNumber, uint cseqNumber, ReadOnlySpan<byte> methodName)
    {
        ResponseNumber = responseNumber;
        CSeqNumber = cseqNumber;
        MethodName = methodName;
    }

    public uint ResponseNumber { get; }
    public uint CSeqNumber { get; }
    public ReadOnlySpan<byte> MethodName { get; }

    public static bool TryParse(ReadOnlySpan<byte> text, out RAck rack)
    {
        var cursor = new Utf8Cursor(text);
        cursor.SkipSpace();
        if (cursor.TryTakeUInt32(out uint responseNumber) && cursor.TryTakeSpace()
            && CSeq.TryParse(cursor.Rest, out CSeq cseq))
        {
            rack = new RAck(responseNumber, cseq.Number, cseq.MethodName);
            return true;
        }
        rack = default;
        return false;
    }
}
