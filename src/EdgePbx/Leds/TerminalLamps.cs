using EdgePbx.Core;

namespace EdgePbx;

/// <summary>Lamps as lines of a terminal, each with words beside it. A line is drawn anew when its lamp or its words change.</summary>
internal sealed class TerminalLamps : ILampDriver
{
    private const char Escape = '\e';

    private readonly TextWriter _output;
    private readonly string[] _names;
    private readonly string[] _words;
    private readonly LedColor[] _colors;
    private readonly bool _hasBar;
    private readonly string[] _notes;
    private byte _bar;

    /// <param name="names">One a lamp.</param>
    /// <param name="notes">So many lines of text below.</param>
    public TerminalLamps(TextWriter output, IReadOnlyList<string> names, bool hasBar, int notes = 0)
    {
        _notes = new string[notes];
        Array.Fill(_notes, "");
        (_output, _names, _hasBar) = (output, [.. names], hasBar);
        (_words, _colors) = (new string[_names.Length], new LedColor[_names.Length]);
        Array.Fill(_words, "");
        for (int line = 0; line < Lines; line++)
        {
            output.WriteLine();
        }
        for (int line = 0; line < Lines; line++)
        {
            Draw(line);
        }
    }

    private int Lamps => _names.Length + (_hasBar ? 1 : 0);

    private int Lines => Lamps + _notes.Length;

    /// <summary>What stands in a line below.</summary>
    public void Note(int line, string text)
    {
        if (_notes[line] != text)
        {
            _notes[line] = text;
            Draw(Lamps + line);
        }
    }

    /// <summary>What stands beside a lamp.</summary>
    public void Say(int lamp, string words)
    {
        if (_words[lamp] != words)
        {
            _words[lamp] = words;
            Draw(lamp);
        }
    }

    public void Show(int lamp, LedColor color)
    {
        _colors[lamp] = color;
        Draw(lamp);
    }

    public bool TryBlink(int lamp, in LedFace face) => false;

    public void ShowBar(byte bits)
    {
        _bar = bits;
        if (_hasBar)
        {
            Draw(_names.Length);
        }
    }

    public void Check()
    {
    }

    public void Dispose() => _output.Flush();

    // up to its line, over what stands there, and down again
    private void Draw(int line)
    {
        int up = Lines - line;
        string text = line >= Lamps ? $"  {_notes[line - Lamps]}" : line < _names.Length
            ? $"  {Lamp(_colors[line])}  {_names[line],-8} {_words[line]}"
            : $"  {string.Concat(Enumerable.Range(0, LedBar.Length).Select(i => (_bar >> i & 1) != 0 ? '█' : '·'))}  load";
        _output.Write($"{Escape}[{up}A\r{text}{Escape}[K{Escape}[{up}B\r");
        _output.Flush();
    }

    private static string Lamp(LedColor color) => color switch
    {
        LedColor.Normal => $"{Escape}[32m●{Escape}[0m",
        LedColor.Attention => $"{Escape}[34m●{Escape}[0m",
        LedColor.Error => $"{Escape}[31m●{Escape}[0m",
        _ => "○",
    };
}
