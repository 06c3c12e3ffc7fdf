using System.Text;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>What can be asked by the status socket.</summary>
internal enum StatusWord : byte { Status, Audit, Acknowledge, Leds, Bans, ClearBans, Reload }

/// <summary>A question: one word, for some of them a blank and what it is about, and a line feed.</summary>
/// <param name="Word">What is asked.</param>
/// <param name="About">Empty where the word says it all.</param>
internal readonly record struct StatusRequest(StatusWord Word, string About = "")
{
    /// <summary>With its line feed, in bytes.</summary>
    public const int LongestLine = 80;

    /// <summary>Lifts the bans of every source.</summary>
    public const string Everybody = "all";

    private static readonly StatusWord[] Words = [StatusWord.Status, StatusWord.Audit, StatusWord.Acknowledge, StatusWord.Leds, StatusWord.Bans, StatusWord.ClearBans, StatusWord.Reload];

    public static StatusRequest Status => new(StatusWord.Status);
    public static StatusRequest Audit => new(StatusWord.Audit);
    public static StatusRequest Acknowledge => new(StatusWord.Acknowledge);
    public static StatusRequest Leds => new(StatusWord.Leds);
    public static StatusRequest Bans => new(StatusWord.Bans);
    public static StatusRequest Reload => new(StatusWord.Reload);

    /// <param name="source">An address, or <see cref="Everybody"/>.</param>
    public static StatusRequest ClearBans(string source) => new(StatusWord.ClearBans, source);

    /// <summary>As it goes over the socket.</summary>
    public byte[] Line => Encoding.ASCII.GetBytes(About is { Length: > 0 } ? $"{NameOf(Word)} {About}\n" : $"{NameOf(Word)}\n");

    /// <summary>Whose bans shall be lifted; none: everybody's.</summary>
    public NetAddress Source => TryReadSource(About, out NetAddress source) ? source : default;

    /// <summary>An address, with or without the /64 that stands behind one of IPv6, or <see cref="Everybody"/>.</summary>
    public static bool TryReadSource(string text, out NetAddress source)
    {
        source = default;
        return text == Everybody || NetAddress.TryParse(text.EndsWith("/64", StringComparison.Ordinal) ? text[..^3] : text, out source);
    }

    public static bool TryParse(ReadOnlySpan<byte> line, out StatusRequest request)
    {
        request = default;
        if (line is not [.., (byte)'\n'])
        {
            return false;
        }
        string text = Encoding.ASCII.GetString(line[..^1]);
        foreach (StatusWord word in Words)
        {
            string name = NameOf(word);
            if (word == StatusWord.ClearBans
                ? text.StartsWith(name + " ", StringComparison.Ordinal) && TryReadSource(text[(name.Length + 1)..], out _)
                : text == name)
            {
                request = new StatusRequest(word, word == StatusWord.ClearBans ? text[(name.Length + 1)..] : "");
                return true;
            }
        }
        return false;
    }

    public override string ToString() => Word.ToString();

    private static string NameOf(StatusWord word) => word switch
    {
        StatusWord.Audit => "audit",
        StatusWord.Acknowledge => "acknowledge",
        StatusWord.Leds => "leds",
        StatusWord.Bans => "bans",
        StatusWord.ClearBans => "clear-bans",
        StatusWord.Reload => "reload",
        _ => "status",
    };
}
