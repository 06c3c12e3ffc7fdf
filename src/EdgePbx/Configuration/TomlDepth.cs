namespace EdgePbx;

/// <summary>Where brackets stand within brackets too often for the parser, which does not say where.</summary>
internal static class TomlDepth
{
    /// <summary>What it takes.</summary>
    public const int Most = 64;

    /// <summary>The first bracket that is too much; null: there is none.</summary>
    public static TomlPosition? TooDeepAt(string text)
    {
        (int depth, int line, int lineStart) = (0, 1, 0);
        for (int at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '\n':
                    (line, lineStart) = (line + 1, at + 1);
                    break;
                case '#':
                    at = (text.IndexOf('\n', at) is var end and >= 0 ? end : text.Length) - 1;
                    break;
                case '"' or '\'':
                    int start = at;
                    at = EndOfString(text, at);
                    if (text.AsSpan(start, at - start).LastIndexOf('\n') is var last and >= 0)
                    {
                        (line, lineStart) = (line + text.AsSpan(start, at - start).Count('\n'), start + last + 1);
                    }
                    break;
                case '[' or '{' when ++depth > Most:
                    return new TomlPosition(line, at - lineStart + 1);
                case ']' or '}':
                    depth--;
                    break;
                default:
                    break;
            }
        }
        return null;
    }

    // its last quote; where that is missing, the last of the line, or of the text
    private static int EndOfString(string text, int at)
    {
        char quote = text[at];
        bool isLong = string.CompareOrdinal(text, at, new string(quote, 3), 0, 3) == 0;
        for (int i = at + (isLong ? 3 : 1); i < text.Length; i++)
        {
            if (quote == '"' && text[i] == '\\')
            {
                i++;
            }
            else if (!isLong && text[i] is '\n')
            {
                return i - 1;
            }
            else if (text[i] == quote && (!isLong || string.CompareOrdinal(text, i, new string(quote, 3), 0, 3) == 0))
            {
                return isLong ? i + 2 : i;
            }
        }
        return text.Length - 1;
    }
}
