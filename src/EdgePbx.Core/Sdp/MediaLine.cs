using System.Globalization;

namespace EdgePbx.Core;

/// <summary>RFC 8866 5.14: <c>m=media port[/count] proto fmt ...</c>.</summary>
internal sealed record MediaLine(string Type, ushort Port, int PortCount, string Protocol, IReadOnlyList<string> Formats)
{
    /// <summary>RTP has 128 payload numbers, so a longer list says nothing more and would only cost time.</summary>
    public const int MaxFormats = 128;

    /// <summary>A list without formats is tolerated where the stream is refused anyway.</summary>
    public static bool TryParse(string value, out MediaLine? line, out string error)
    {
        line = null;
        Span<Range> parts = stackalloc Range[3 + MaxFormats + 1];
        int fields = value.AsSpan().SplitAny(parts, " \t", StringSplitOptions.RemoveEmptyEntries);
        if (fields < 3)
        {
            error = "m= needs a media type, a port, a protocol and formats";
            return false;
        }
        if (!TryParsePort(value.AsSpan(parts[1]), out ushort port, out int count))
        {
            error = "m= has no valid port";
            return false;
        }
        if (fields == 3 && port != 0)
        {
            error = "m= names no format";
            return false;
        }
        if (fields > 3 + MaxFormats)
        {
            error = $"m= names more than {MaxFormats} formats";
            return false;
        }
        error = "";
        var formats = new string[fields - 3];
        for (int i = 0; i < formats.Length; i++)
        {
            formats[i] = RepeatedText.Of(value.AsSpan(parts[3 + i]));
        }
        line = new MediaLine(RepeatedText.Of(value.AsSpan(parts[0])), port, count, RepeatedText.Of(value.AsSpan(parts[2])), formats);
        return true;
    }

    private static bool TryParsePort(ReadOnlySpan<char> text, out ushort port, out int count)
    {
        count = 1;
        int slash = text.IndexOf('/');
        ReadOnlySpan<char> first = slash < 0 ? text : text[..slash];
        return ushort.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && (slash < 0 || TryParseCount(text[(slash + 1)..], out count));
    }

    private static bool TryParseCount(ReadOnlySpan<char> text, out int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count > 0;
}
