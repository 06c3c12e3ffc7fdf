using System.Text;

namespace EdgePbx.Core;

/// <summary>A page as lines of a display that is so many characters wide and so many lines high.</summary>
public static class PageLayout
{
    private const char Ellipsis = '…';

    /// <summary>
    /// Title and main part share the first line where they fit, else the main part comes below; then the details, broken between words. What
    /// has no room is cut, and shows it.
    /// </summary>
    /// <returns>Each filled with spaces to the width.</returns>
    public static string[] Of(StatusPage page, int columns, int rows)
    {
        bool isOneLine = page.Title.Length + 1 + page.Main.Length <= columns;
        List<string> lines = [isOneLine ? page.Title + page.Main.PadLeft(columns - page.Title.Length) : Cut(page.Title, columns)];
        Fill(lines, isOneLine ? page.Details : [page.Main, .. page.Details], columns, rows);
        return [.. lines.Select(line => line.PadRight(columns)), .. Enumerable.Repeat(new string(' ', columns), rows - lines.Count)];
    }

    /// <summary>Texts one below the other, each beginning on a line of its own, after those that are there already.</summary>
    public static void Fill(List<string> lines, IEnumerable<string> texts, int columns, int rows)
    {
        foreach (string text in texts)
        {
            string[] all = [.. Wrap(text, columns)];
            int room = rows - lines.Count;
            if (all.Length > room)
            {
                lines.AddRange(all.Take(room - 1));
                lines.AddRange(room > 0 ? [Cut(string.Join(' ', all.Skip(room - 1)), columns)] : []);
                return;
            }
            lines.AddRange(all);
        }
    }

    /// <summary>No longer than that, with an ellipsis for what is missing.</summary>
    public static string Cut(string text, int columns) => text.Length <= columns ? text : $"{text[..(columns - 1)].TrimEnd()}{Ellipsis}";

    private static IEnumerable<string> Wrap(string text, int columns)
    {
        var line = new StringBuilder();
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > columns)
            {
                yield return line.ToString();
                _ = line.Clear();
            }
            _ = line.Append(line.Length > 0 ? " " : "").Append(word.Length > columns ? Cut(word, columns) : word);
        }
        if (line.Length > 0)
        {
            yield return line.ToString();
        }
    }
}
