namespace EdgePbx.Core;

/// <summary>RFC 3261 section 20.16: <c>CSeq = 1*DIGIT LWS Method</c>, the number below 2^31.</summary>
public readonly ref struct CSeq
{
    private CSeq(uint number, ReadOnlySpan<byte> methodName)
    {
        Number = number;
        MethodName = methodName;
    }

    public uint Number { get; }
    public ReadOnlySpan<byte> MethodName { get; }

    public static bool TryParse(ReadOnlySpan<byte> text, out CSeq cseq)
    {
        var cursor = new Utf8Cursor(text);
        cursor.SkipSpace();
        if (cursor.TryTakeUInt32(out uint number) && number < 1u << 31
            && cursor.TryTakeSpace()
            && cursor.TryTakeToken(out ReadOnlySpan<byte> method))
        {
            cursor.SkipSpace();
            if (cursor.AtEnd)
            {
                cseq = new CSeq(number, method);
                return true;
            }
        }
        cseq = default;
        return false;
    }
}
