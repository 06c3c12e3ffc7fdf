namespace EdgePbx.Core;

/// <summary>Some of the 128 payload numbers. A value; <c>default</c> is none of them.</summary>
public readonly record struct PayloadSet
{
    private readonly ulong _low;
    private readonly ulong _high;

    private PayloadSet(ulong low, ulong high) => (_low, _high) = (low, high);

    /// <summary>All that none of these media lines names.</summary>
    internal static PayloadSet NotIn(params ReadOnlySpan<SdpMedia?> descriptions)
    {
        (ulong low, ulong high) = (ulong.MaxValue, ulong.MaxValue);
        foreach (SdpMedia? media in descriptions)
        {
            for (int i = 0; i < media?.Formats.Count; i++)
            {
                if (byte.TryParse(media.Formats[i], out byte number) && number < 128)
                {
                    low &= number < 64 ? ~(1ul << number) : ulong.MaxValue;
                    high &= number < 64 ? ulong.MaxValue : ~(1ul << (number - 64));
                }
            }
        }
        return new PayloadSet(low, high);
    }

    /// <param name="payloadType">0 to 127.</param>
    public bool Contains(int payloadType) => ((payloadType < 64 ? _low : _high) >> (payloadType & 63) & 1) != 0;
}
