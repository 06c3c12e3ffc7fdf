namespace EdgePbx.Core;

/// <summary>The characters that a display has: ASCII, the German ones and an ellipsis. Letters with other marks lose them.</summary>
public static class DisplayText
{
    /// <summary>What a display has besides ASCII; as many as the memory of an HD44780 holds.</summary>
    public const string Extra = "ÄÖÜäöüß…";

    private const string Marked = "ÀÁÂÃÅÇÈÉÊËÌÍÎÏÑÒÓÔÕØÙÚÛÝàáâãåçèéêëìíîïñòóôõøùúûýÿŠŽŁŐŰČĆĚŘŮśšžłőűčćěřůęąńż–—’‘“”";
    private const string Plain = "AAAAACEEEEIIIINOOOOOUUUYaaaaaceeeeiiiinooooouuuyySZLOUCCERUsszlouccerueanz--''\"\"";

    /// <summary>The same text in those characters alone, one for one.</summary>
    public static string Of(string text)
    {
        foreach (char c in text)
        {
            if (!IsKnown(c))
            {
                return string.Create(text.Length, text, static (span, from) =>
                {
                    for (int i = 0; i < span.Length; i++)
                    {
                        span[i] = Known(from[i]);
                    }
                });
            }
        }
        return text;
    }

    private static bool IsKnown(char c) => c is >= ' ' and <= '~' || Extra.Contains(c, StringComparison.Ordinal);

    private static char Known(char c)
    {
        int marked = Marked.IndexOf(c, StringComparison.Ordinal);
        return IsKnown(c) ? c : marked >= 0 ? Plain[marked] : '?';
    }
}
