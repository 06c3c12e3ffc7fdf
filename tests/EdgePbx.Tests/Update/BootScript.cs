using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace EdgePbx.Tests;

/// <summary>
/// What board/boot/boot.cmd makes of a card, line by line, and with nothing of what EdgePbx reads cards with: a mistake there can't hide
/// itself here.
/// </summary>
internal static class BootScript
{
    private const int Sector = 512;
    private static readonly int[] Copies = [0x2000 * Sector, 0x4000 * Sector];
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(static i => Enumerable.Range(0, 8)
        .Aggregate((uint)i, static (sum, _) => (sum & 1) != 0 ? 0xEDB88320 ^ (sum >> 1) : sum >> 1))];

    /// <summary>The slots in the order in which they are tried, and the one that is on trial. A trial is noted on the card.</summary>
    public static (string Order, string Trying) Choose(byte[] medium)
    {
        (long sequence, string slot, string trial, long tries, int oldest) = (0, "A", "-", 0, Copies[0]);
        foreach (int copy in Copies)
        {
            if (Import(medium, copy) is { } values && Hex(values, "pbx_seq") > sequence)
            {
                (sequence, slot, trial, tries) = (Hex(values, "pbx_seq"), values["pbx_slot"], values["pbx_trial"], Hex(values, "pbx_tries"));
                oldest = copy == Copies[0] ? Copies[1] : Copies[0];
            }
        }
        if (trial is not ("A" or "B") || tries <= 0)
        {
            return (slot == "B" ? "BA" : "AB", "-");
        }
        Export(medium, oldest, $"pbx_seq={sequence + 1:x}\0pbx_slot={slot}\0pbx_tries={tries - 1:x}\0pbx_trial={trial}\0\0");
        return (trial == "A" ? "AB" : "BA", trial);
    }

    /// <summary>The variables of a block; null: its sum is wrong.</summary>
    public static Dictionary<string, string>? Import(byte[] medium, int at) =>
        BinaryPrimitives.ReadUInt32LittleEndian(medium.AsSpan(at)) != Sum(medium.AsSpan(at + 4, Sector - 4))
            ? null
            : Encoding.ASCII.GetString(medium, at + 4, Sector - 4).Split("\0\0")[0].Split('\0')
                .Select(static line => line.Split('=', 2)).Where(static pair => pair.Length == 2)
                .ToDictionary(static pair => pair[0], static pair => pair[1], StringComparer.Ordinal);

    private static void Export(byte[] medium, int at, string lines)
    {
        Span<byte> block = medium.AsSpan(at, Sector);
        block.Clear();
        _ = Encoding.ASCII.GetBytes(lines, block[4..]);
        BinaryPrimitives.WriteUInt32LittleEndian(block, Sum(block[4..]));
    }

    private static long Hex(Dictionary<string, string> values, string name) =>
        long.TryParse(values.GetValueOrDefault(name), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long number) ? number : 0;

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = uint.MaxValue;
        foreach (byte one in bytes)
        {
            sum = Table[(byte)(sum ^ one)] ^ (sum >> 8);
        }
        return ~sum;
    }
}
