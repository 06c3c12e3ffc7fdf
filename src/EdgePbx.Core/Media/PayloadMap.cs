namespace EdgePbx.Core;

/// <summary>128 payload numbers and what each becomes on the other leg (RFC 3264 6.1). Immutable once built, so threads may share it.</summary>
public sealed class PayloadMap
{
    private readonly byte[] _map = new byte[128];

    public PayloadMap(IEnumerable<(byte From, byte To)> pairs)
    {
        for (int i = 0; i < 128; i++)
        {
            _map[i] = (byte)i;
        }
        foreach ((byte from, byte to) in pairs)
        {
            _map[from & 0x7f] = (byte)(to & 0x7f);
        }
    }

    public byte this[int payloadType] => _map[payloadType & 0x7f];

    public bool IsIdentity
    {
        get
        {
            for (int i = 0; i < 128; i++)
            {
                if (_map[i] != i)
                {
                    return false;
                }
            }
            return true;
        }
    }
}
