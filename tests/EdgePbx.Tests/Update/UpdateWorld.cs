using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EdgePbx.Tests;

/// <summary>A small card with version 1 in slot A, updates for it, and a boot script's view of it.</summary>
internal sealed class UpdateWorld : IDisposable
{
    private const int SlotA = 12 << 20;
    private const int SlotB = 13 << 20;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string PublicKey => _key.ExportSubjectPublicKeyInfoPem();

    /// <summary>Says what a version's slot holds: its head, and bytes that only that version has.</summary>
    public static byte[] Content(int built)
    {
        byte[] content = new byte[SlotHead.Room + 3000 + (built * 512)];
        new Random(built).NextBytes(content.AsSpan(SlotHead.Room));
        VariableBlock.Write([new("pbx_version", $"1.{built}"), new("pbx_built", $"{built}"), new("pbx_crc", Sum(content, content.Length))])
            .CopyTo(content, 0);
        return content;
    }

    public static byte[] NewCard()
    {
        byte[] card = new byte[14 << 20];
        (card[510], card[511]) = (0x55, 0xAA);
        Entry(1, SlotA);
        Entry(2, SlotB);
        Content(built: 1).CopyTo(card, SlotA);
        new SlotState(7, Slot.A).ToBlock().CopyTo(card, 4 << 20);
        new SlotState(6, Slot.A).ToBlock().CopyTo(card, 8 << 20);
        return card;

        void Entry(int number, int start)
        {
            Span<byte> entry = card.AsSpan(446 + (16 * number), 16);
            entry[4] = 0xDA;
            BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], (uint)start / 512);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], (1 << 20) / 512);
        }
    }

    public byte[] Update(int built, Func<string, string>? change = null)
    {
        byte[] content = Content(built);
        string lines = $"edgepbx-update=1\nversion=1.{built}\nbuilt={built}\nsize={content.Length}\nsha256={Convert.ToHexStringLower(SHA256.HashData(content))}\n";
        lines = change?.Invoke(lines) ?? lines;
        byte[] signature = _key.SignData(Encoding.ASCII.GetBytes(lines), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        string head = $"{lines}signature={Convert.ToBase64String(signature)}\n".PadRight(UpdateFile.Head, '\n');
        return [.. Encoding.ASCII.GetBytes(head), .. content];
    }

    public void Install(IBlockDevice device, byte[] update, Slot running = Slot.A, bool isForced = false)
    {
        using var file = new MemoryStream(update);
        new Updater(new Card(device), running, _ => { }).Install(file, PublicKey, isForced);
    }

    /// <summary>What the boot script would start, and what that has left on the card.</summary>
    public static (Slot Slot, int Built, bool IsTrial) Boot(byte[] medium)
    {
        (string order, string trying) = BootScript.Choose(medium);
        foreach (char slot in order)
        {
            if (BuiltIn(medium, slot, out bool isWhole) is { } built && isWhole)
            {
                return (slot == 'A' ? Slot.A : Slot.B, built, $"{slot}" == trying);
            }
        }
        throw new InvalidOperationException("nothing on this card can be started");
    }

    /// <summary>The version that the head of a slot names; null: it is empty. All of its content is there, or it is not.</summary>
    public static int? BuiltIn(byte[] medium, char slot, out bool isWhole)
    {
        int start = slot == 'A' ? SlotA : SlotB;
        Dictionary<string, string>? head = BootScript.Import(medium, start);
        int? built = head?.TryGetValue("pbx_built", out string? number) == true ? int.Parse(number, CultureInfo.InvariantCulture) : null;
        isWhole = built is { } whole && head!["pbx_crc"] == Sum(medium.AsSpan(start), Content(whole).Length);
        return built;
    }

    public void Dispose() => _key.Dispose();

    private static string Sum(ReadOnlySpan<byte> slot, int length) => Convert.ToHexString(SHA256.HashData(slot[SlotHead.Room..length]))[..8];
}
