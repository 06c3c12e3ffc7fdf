using System.Globalization;

namespace EdgePbx.Simulation;

/// <summary>The command line.</summary>
internal sealed record Options
{
    public const string Usage = """
        EdgePbx.Simulation [--calls N | --worlds N | --seconds N] [--seed S | --fresh] [--calls-in-a-world N] [--workers N] [--first]
        EdgePbx.Simulation --repeat SEED [--calls-in-a-world N] [--with KINDS] [--only CALLS] [--whole]

        --calls N             until so many calls were set up
        --worlds N            so many worlds
        --seconds N           for so long
        --seed S              the first world's seed, 1 if not given; the others follow
        --fresh               a first seed that nobody has tried
        --calls-in-a-world N  how many calls each world plans, 60 if not given
        --workers N           threads, one for each processor if not given
        --first               one thread, and stop at the first seed that fails: says which it was
        --repeat SEED         one world; shrinks it if it fails, and draws it
        --with KINDS          what may go wrong in it, instead of what its seed chooses: "Loss, Cancel"
        --only CALLS          which of its calls take place: 3,17
        --whole               draws it without shrinking
        """;

    public long Calls { get; init; } = long.MaxValue;
    public int Worlds { get; init; } = int.MaxValue;
    public double Seconds { get; init; } = double.MaxValue;
    public ulong Seed { get; init; } = 1;
    public int CallsInAWorld { get; init; } = 60;
    public int Workers { get; init; } = Environment.ProcessorCount;
    public bool StopsAtFirst { get; init; }
    public ulong? Repeat { get; init; }
    public bool DrawsWhole { get; init; }
    public Kinds? With { get; init; }
    public IReadOnlySet<int>? Only { get; init; }

    /// <summary>Null: it can't be understood.</summary>
    public static Options? Read(IReadOnlyList<string> words)
    {
        var options = new Options();
        for (int i = 0; i < words.Count; i++)
        {
            string word = words[i];
            ulong number = 0;
            bool takesText = word is "--with" or "--only";
            string text = takesText && i + 1 < words.Count ? words[++i] : "";
            bool takesNumber = !takesText && word is not ("--fresh" or "--first" or "--whole");
            if (takesNumber && !(i + 1 < words.Count && ulong.TryParse(words[++i], NumberStyles.None, CultureInfo.InvariantCulture, out number)))
            {
                return null;
            }
            Options? next = word switch
            {
                "--calls" => options with { Calls = (long)number },
                "--worlds" => options with { Worlds = (int)number },
                "--seconds" => options with { Seconds = number },
                "--seed" => options with { Seed = number },
                "--fresh" => options with { Seed = (ulong)DateTime.UtcNow.Ticks & 0xffffffffffff },
                "--calls-in-a-world" => options with { CallsInAWorld = (int)number },
                "--workers" => options with { Workers = Math.Max(1, (int)number) },
                "--first" => options with { StopsAtFirst = true, Workers = 1 },
                "--repeat" => options with { Repeat = number },
                "--whole" => options with { DrawsWhole = true },
                "--with" when Enum.TryParse(text, out Kinds kinds) => options with { With = kinds },
                "--only" => options with { Only = text.Split(',').Select(call => int.TryParse(call, out int one) ? one : -1).ToHashSet() },
                _ => null,
            };
            if (next is null)
            {
                return null;
            }
            options = next;
        }
        bool hasEnd = options.Calls < long.MaxValue || options.Worlds < int.MaxValue || options.Seconds < double.MaxValue || options.Repeat is not null;
        return hasEnd ? options : options with { Calls = 10_000 };
    }
}
