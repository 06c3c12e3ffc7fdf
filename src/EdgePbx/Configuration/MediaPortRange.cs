using System.Globalization;

namespace EdgePbx;

/// <summary><c>media.ports</c>: "10000-10999", RTP on the even ports and RTCP on the odd ones above them (RFC 3550 11).</summary>
internal static class MediaPortRange
{
    public static bool TryParse(string text, out ushort first, out ushort last, out string problem)
    {
        last = first = 0;
        string[] parts = text.Split('-');
        if (parts.Length == 2 && parts.FirstOrDefault(IsTooHigh) is { } port)
        {
            problem = $"{port.Trim()} is not a port; the highest is {ushort.MaxValue}";
            return false;
        }
        if (parts.Length != 2 || !TryParsePort(parts[0], out first) || !TryParsePort(parts[1], out last))
        {
            problem = $"'{text}' is not a range of ports; write it like \"10000-10999\"";
            return false;
        }
        problem = (first, last) switch
        {
            _ when first > last => $"the first port, {first}, is above the last, {last}",
            _ when first < 1024 => $"ports below 1024 belong to the system; {first} is one",
            _ when first % 2 != 0 => $"the first port must be even, {first} is odd",
            _ when last % 2 == 0 => $"the last port must be odd, {last} is even",
            _ => "",
        };
        return problem.Length == 0;
    }

    private static bool IsTooHigh(string text) =>
        text.Trim() is { Length: > 0 } number && number.All(char.IsAsciiDigit) && !TryParsePort(number, out _);

    private static bool TryParsePort(string text, out ushort port) =>
        ushort.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out port);
}
