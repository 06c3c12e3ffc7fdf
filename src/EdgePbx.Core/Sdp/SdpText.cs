using System.Buffers;
using System.Globalization;
using System.Text;

namespace EdgePbx.Core;

/// <summary>Lines of a description that is being written, each character as one byte. There is one for each thread, used anew for each body.</summary>
internal sealed class SdpText
{
    [ThreadStatic]
    private static SdpText? _ofThisThread;

    private readonly ArrayBufferWriter<byte> _bytes = new(1024);

    /// <summary>What is written, valid until the next <see cref="Begin"/> on this thread.</summary>
    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public static SdpText Begin()
    {
        SdpText text = _ofThisThread ??= new SdpText();
        text._bytes.ResetWrittenCount();
        return text;
    }

    public SdpText Add(ReadOnlySpan<char> text)
    {
        Encoding.Latin1.GetBytes(text, _bytes);
        return this;
    }

    public SdpText Add(ulong number)
    {
        Span<byte> digits = stackalloc byte[20];
        _ = number.TryFormat(digits, out int length, default, CultureInfo.InvariantCulture);
        _bytes.Write(digits[..length]);
        return this;
    }

    /// <summary>Network type, address type and address, as c= and o= have them.</summary>
    public SdpText Add(NetAddress address)
    {
        Span<char> text = stackalloc char[NetAddress.MostCharacters];
        _ = address.TryFormat(text, out int length, default, null);
        return Add(address.IsV6 ? "IN IP6 " : "IN IP4 ").Add(text[..length]);
    }

    public void EndLine() => _bytes.Write("\r\n"u8);
}
