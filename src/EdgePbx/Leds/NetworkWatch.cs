using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>Looks at the kernel's files for what the network lamp shows: a link, an address that phones can reach, a clock that is set.</summary>
/// <param name="root">Where <c>sys</c> and <c>proc</c> are.</param>
/// <param name="isClockSet">Whether the kernel takes its clock for right; null: it does not say.</param>
internal sealed class NetworkWatch(string root, Func<bool?> isClockSet)
{
    /// <summary>The troubles that it knows.</summary>
    public const LedTroubles Known = LedTroubles.NoLink | LedTroubles.NoAddress | LedTroubles.TimeNotSet;

    public static NetworkWatch OfThisMachine { get; } = new("/", WallClock.Ask);

    public LedTroubles Look() => Look(out _);

    /// <param name="address">The first that phones can reach, of the fourth version if there is one; empty: none.</param>
    public LedTroubles Look(out string address)
    {
        LedTroubles troubles = isClockSet() ?? HasTimeOfSystemd() ? LedTroubles.None : LedTroubles.TimeNotSet;
        troubles |= HasLink() ? LedTroubles.None : LedTroubles.NoLink;
        address = AddressV4() ?? AddressV6() ?? "";
        return troubles | (address.Length > 0 ? LedTroubles.None : LedTroubles.NoAddress);
    }

    // real cards count; only where there are none, as in a container, anything else does
    private bool HasLink()
    {
        string[] cards = [.. Folders("sys/class/net").Where(card => Path.GetFileName(card) != "lo")];
        string[] real = [.. cards.Where(card => Directory.Exists(Path.Combine(card, "device")))];
        return (real.Length > 0 ? real : cards).Any(card => Read(Path.Combine(card, "carrier")).Trim() == "1");
    }

    // what systemd-timesyncd leaves behind when it has set the clock; where there is no such folder nobody knows
    private bool HasTimeOfSystemd()
    {
        string folder = Path.Combine(root, "run/systemd/timesync");
        return !Directory.Exists(folder) || File.Exists(Path.Combine(folder, "synchronized"));
    }

    // a trie drawn with lines; an address of ours is the one above its line "/32 host LOCAL"
    private string? AddressV4()
    {
        string address = "";
        foreach (string line in Read(Path.Combine(root, "proc/net/fib_trie")).Split('\n'))
        {
            int mark = line.IndexOf("|-- ", StringComparison.Ordinal);
            address = mark >= 0 ? line[(mark + 4)..].Trim() : address;
            if (line.Contains("host LOCAL", StringComparison.Ordinal)
                && !address.StartsWith("127.", StringComparison.Ordinal)
                && !address.StartsWith("169.254.", StringComparison.Ordinal)) // given by nobody
            {
                return address;
            }
        }
        return null;
    }

    // address, index, prefix, scope (00: global), flags, card
    private string? AddressV6() => Read(Path.Combine(root, "proc/net/if_inet6")).Split('\n')
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(field => field.Length >= 6 && field[3] == "00"
            && int.TryParse(field[4], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out _) && field[5] != "lo")
        .Select(field => UInt128.TryParse(field[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out UInt128 bits) ? OfV6(bits) : field[0])
        .FirstOrDefault();

    private static string OfV6(UInt128 bits)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, bits);
        return new IPAddress(bytes).ToString();
    }

    private string[] Folders(string path)
    {
        try
        {
            return Directory.GetDirectories(Path.Combine(root, path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    // a card that is down has no carrier to be read, and a kernel without IPv6 no such file
    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
