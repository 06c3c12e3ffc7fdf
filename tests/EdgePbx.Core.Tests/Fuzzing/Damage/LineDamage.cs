namespace EdgePbx.Core.Tests;

/// <summary>What can happen to one line.</summary>
internal enum Harm
{
    Truncated, Emptied, Doubled, Gone, Garbage, Unquoted, WithoutBrackets, OtherSeparators, Folded, Trailed, Split, NeverClosed, TwoValues, Nameless, Repeated,
}

/// <summary>Damages one header field or line of a description in an otherwise good message. The rest stays good, Content-Length too.</summary>
/// <param name="Line">Which line, of all but the first; the empty one does not count.</param>
/// <param name="Harm">What happens to it.</param>
/// <param name="Where">Where in it, or which garbage.</param>
internal sealed record LineDamage(int Line, Harm Harm, int Where)
{
    private static readonly string[] Garbage =
        ["<<<>>>", ";;;", ",", "\"", "%", "\0", "\u00ff\u00fe", "<sip:", "sip:@", "-1", "99999999999999999999", "=", "*", " ", "\t", "a b c", "\\", "[::", "(", "\u0001"];

    /// <summary>The name of the header field, or the letter of the description's line with its equals sign, that is damaged in this message.</summary>
    public string NameIn(string message)
    {
        (string line, _, _) = Find(message);
        int end = line.IndexOfAny([':', '=']);
        return end < 0 ? line : line[end] == '=' ? line[..(end + 1)] : line[..end];
    }

    public string Apply(string message)
    {
        (string line, int start, bool isBody) = Find(message);
        string damaged = message[..start] + Change(line) + message[(start + line.Length)..];
        if (!isBody)
        {
            return damaged;
        }
        int length = damaged.Length - damaged.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4;
        return System.Text.RegularExpressions.Regex.Replace(damaged, "(?m)^Content-Length: [0-9]+", $"Content-Length: {length}");
    }

    private (string Line, int Start, bool IsBody) Find(string message)
    {
        int head = message.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        List<(string, int, bool)> lines = [];
        for (int start = message.IndexOf("\r\n", StringComparison.Ordinal) + 2; start < message.Length;)
        {
            int end = message.IndexOf("\r\n", start, StringComparison.Ordinal);
            end = end < 0 ? message.Length : end;
            if (end > start)
            {
                lines.Add((message[start..end], start, start > head));
            }
            start = end + 2;
        }
        return lines[Line % lines.Count];
    }

    private string Change(string line)
    {
        int sign = Math.Max(0, line.IndexOfAny([':', '=']));
        int value = sign + 1 < line.Length && line[sign + 1] == ' ' ? sign + 2 : Math.Min(sign + 1, line.Length);
        int place = value + (Where % Math.Max(1, line.Length - value));
        string junk = Garbage[Where % Garbage.Length];
        return Harm switch
        {
            Harm.Truncated => line[..(1 + (Where % line.Length))],
            Harm.Emptied => line[..value],
            Harm.Doubled => $"{line}\r\n{line}",
            Harm.Gone => "X-Nothing: here"[..(line.Length > 1 && line[1] == '=' ? 0 : 15)],
            Harm.Garbage => line[..value] + junk,
            Harm.Unquoted => line.Replace("\"", "", StringComparison.Ordinal),
            Harm.WithoutBrackets => line.Replace("<", "", StringComparison.Ordinal).Replace(">", "", StringComparison.Ordinal),
            Harm.OtherSeparators => line[..value] + line[value..].Replace(';', ',').Replace(' ', ';'),
            Harm.Folded => line[..place] + "\r\n " + line[place..],
            Harm.Trailed => line + (Where % 5) switch { 0 => ";", 1 => " ", 2 => "\t", 3 => ";;", _ => "," },
            Harm.Split => line[..place] + (Where % 3) switch { 0 => "\r", 1 => "\n", _ => "\0" } + line[place..],
            Harm.NeverClosed => line[..value] + (Where % 2 == 0 ? "\"" : "<") + line[value..],
            Harm.TwoValues => $"{line}, {line[value..]}",
            Harm.Nameless => "?" + line[value..],
            _ => line[..value] + string.Concat(Enumerable.Repeat(line[value..] + junk, 3)),
        };
    }
}
