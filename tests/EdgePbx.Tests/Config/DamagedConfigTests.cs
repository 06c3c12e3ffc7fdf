using System.Text;
using CsCheck;

namespace EdgePbx.Tests;

/// <summary>Whatever is in a file, reading it gives a configuration or mistakes with their places: it never throws.</summary>
public sealed class DamagedConfigTests
{
    private const string Good = """
        [sip]
        listen = ["udp://127.0.0.1:5060", "tcp://127.0.0.1:5060"]
        realm = "edgepbx"
        [media]
        ports = "10000-10999"
        max_calls = 100
        [records]
        file = "calls.jsonl"
        [recording]
        folder = "recordings"
        [status]
        socket = "edgepbx.sock"
        [[extension]]
        number = "1001"
        name = "Reception"
        secret = "vu7n2kqs5tzbx3ma"
        [[extension]]
        number = "1002"
        secret_file = "secret"

        """;

    /// <summary>What a parser may stumble over, of any depth and length.</summary>
    private static readonly Gen<string> Piece = Gen.OneOf(
        Gen.Int[1, 300].Select(deep => $"x = {new string('[', deep)}{new string(']', deep)}\n"),
        Gen.Int[1, 300].Select(deep => $"x = {new string('[', deep)}\n"),
        Gen.Int[1, 300].Select(deep => $"{new string('[', deep)}x{new string(']', deep)}\n"),
        Gen.Int[1, 300].Select(deep => $"x = {Repeated("{ a = ", deep)}1{Repeated(" }", deep)}\n"),
        Gen.Int[1, 300].Select(deep => $"x = {Repeated("{ a = [", deep)}\n"),
        Gen.Int[1, 300].Select(deep => $"secret = {Repeated("[{ a = ", deep)}1{Repeated(" }]", deep)}\n"),
        Gen.Int[1, 3000].Select(deep => $"{Repeated("a.", deep)}a = 1\n"),
        Gen.Int[1, 3000].Select(deep => $"[{Repeated("a.", deep)}a]\n"),
        Gen.Int[1, 3000].Select(deep => $"[[{Repeated("a.", deep)}a]]\n"),
        Gen.Int[1, 100_000].Select(length => $"{new string('k', length)} = 1\n"),
        Gen.Int[1, 100_000].Select(length => $"\"{new string('"', length)}\n"),
        Gen.Int[1, 100_000].Select(length => $"realm = \"{new string('v', length)}\"\n"),
        Gen.OneOf(
            "sip = 1\n", "[sip]\n", "[[sip]]\n", "[extension]\n", "extension = [1, [2], { a = 3 }]\n", "sip.listen.x = 1\n", "[sip.listen]\n",
            "[[media.ports]]\n", "records = { file = \"\\u0000\" }\n", "[records]\nfile = \"a\\u0000/b\"\n", "[status]\nsocket = \"\\u0000\"\n",
            "[recording]\nfolder = \"\\u0000/x\"\n", "[[extension]]\nnumber = \"3\"\nsecret_file = \"\\u0000\"\n",
            "[[extension]]\nnumber = \"3\"\nsecret_file = \"/dev/zero\"\n", "\"\" = 1\n", "= 1\n", "x = 1e999999\n", "x = 0x\n", "x = 99999999999999999999\n",
            "x = 9999-99-99T99:99:99Z\n", "x = \"\\uD800\"\n", "x = \"\\U00110000\"\n", "x = '''\n", "x = \"\"\"\\\n", "\uFEFF", "\0", "\r", "\u2028", "#"),
        Gen.Char.Array[0, 50].Select(letters => new string(letters)));

    [Fact, Trait("Clause", "SEC-17")]
    public void A_file_with_pieces_that_do_not_belong_there_is_read_or_refused() =>
        Gen.Select(Gen.Int[0, Good.Length], Piece, Gen.Int[0, Good.Length], Piece).Sample(
            (at, piece, cut, other) => Look(Good[..at] + piece + Good[at..Math.Max(at, cut)] + other), iter: 150);

    [Fact, Trait("Clause", "SEC-17")]
    public void A_file_of_any_bytes_is_read_or_refused() => Gen.Byte.Array[0, 400].Sample(bytes =>
    {
        Look(Encoding.Latin1.GetString(bytes));
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("edgepbx.toml"), bytes);
        LookAt(ConfigLoader.Load(folder.File("edgepbx.toml")));
    }, iter: 150);

    [Fact, Trait("Clause", "SEC-17")]
    public void A_byte_that_has_changed_or_gone_is_read_or_refused()
    {
        for (int at = 0; at < Good.Length; at++)
        {
            foreach (char letter in "[]{}\"'=.,#\n\\0\0")
            {
                Look($"{Good[..at]}{letter}{Good[(at + 1)..]}");
            }
            Look(Good[..at]);
            Look(Good.Remove(at, 1));
        }
    }

    /// <summary>64 is what the parser takes.</summary>
    [Theory, Trait("Clause", "SEC-17")]
    [InlineData("[", "", 65)]
    [InlineData("[", "]", 65)]
    [InlineData("[", "]", 5000)]
    [InlineData("{ a = ", " }", 70)]
    [InlineData("[{ a = ", " }]", 500_000 / 9)]
    public void Too_many_brackets_are_a_mistake_with_its_place(string open, string close, int deep)
    {
        string opened = Repeated(open, deep);
        int PlaceOf(int bracket) => opened.Select((letter, place) => (letter, place)).Where(one => one.letter is '[' or '{').ElementAt(bracket - 1).place;
        string text = $"[sip] # [{{\nx = {Repeated(open, deep)}1{Repeated(close, deep)}\n";
        foreach (IReadOnlyList<ConfigError> errors in new[] { ConfigLoader.Parse(text, "f.toml", "/nowhere").Errors, BoardLoader.Parse(text, "f.toml").Errors })
        {
            ConfigError one = Assert.Single(errors);
            Assert.Equal((2, "not valid here: brackets within brackets, more than 64 deep"), (one.Line, one.Problem));
            Assert.Equal(5 + PlaceOf(65), one.Column);
        }
    }

    /// <summary>Brackets in texts and comments open nothing.</summary>
    [Fact, Trait("Clause", "SEC-17")]
    public void The_place_is_that_of_the_bracket_that_is_too_much()
    {
        string many = new('[', 200);
        string text = $"a = \"\\\"{many}\" # {many}\nb = '{many}\\'\nc = \"\"\"{many}\n\"{many}\\\"\"\"\"\nd = \'\'\'{many}\n'{many}\'\'\'\ne = \"{many}\n";
        Assert.Null(TomlDepth.TooDeepAt(text));
        Assert.Equal(new TomlPosition(8, 74), TomlDepth.TooDeepAt($"{text}  ff = {new string('[', 60)}[]{many}"));
    }

    /// <summary>Deeper than any stack of a recursive reader.</summary>
    [Fact, Trait("Clause", "SEC-17")]
    public void A_very_deep_key_is_read_or_refused()
    {
        Look($"{Repeated("a.", 20_000)}a = 1\n");
        Look($"[{Repeated("a.", 20_000)}a]\n");
        Look(Repeated("[a]\n", 20_000));
    }

    private static void Look(string text)
    {
        LookAt(ConfigLoader.Parse(text, "f.toml", "/nowhere"));
        BoardResult board = BoardLoader.Parse(text, "board.toml");
        Assert.Equal(board.Board is null, board.Errors.Count > 0);
    }

    private static void LookAt(ConfigResult result)
    {
        Assert.Equal(result.Config is null, result.Errors.Count > 0);
        Assert.All(result.Errors, error => Assert.DoesNotContain("fault of EdgePbx", error.Problem, StringComparison.Ordinal));
    }

    private static string Repeated(string text, int times) => new StringBuilder().Insert(0, text, times).ToString();
}
