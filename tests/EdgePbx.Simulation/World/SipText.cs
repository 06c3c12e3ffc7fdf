using System.Text;

namespace EdgePbx.Simulation;

/// <summary>Bytes as characters, one for one, so that a bad byte stays the byte that it is.</summary>
internal static class SipText
{
    public static string From(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    public static int Write(string text, byte[] buffer) => Encoding.Latin1.GetBytes(text, buffer);
}
