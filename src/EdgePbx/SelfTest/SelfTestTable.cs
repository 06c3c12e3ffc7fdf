using System.Text;

namespace EdgePbx;

/// <summary>The results as lines for a person: what, ok or FAILED, and what was seen.</summary>
internal static class SelfTestTable
{
    private const int Width = 110;

    public static void Write(TextWriter output, IReadOnlyList<SelfTestResult> results)
    {
        output.WriteLine("EdgePbx self-test: two phones of its own call each other, on 127.0.0.1 only.");
        output.WriteLine();
        int nameWidth = results.Max(result => result.Name.Length);
        foreach (SelfTestResult result in results)
        {
            string head = $"  {(result.Passed ? "ok    " : "FAILED")}  {result.Name.PadRight(nameWidth)}  ";
            foreach (string line in Wrap(result.Detail, Width - head.Length))
            {
                output.WriteLine((head + line).TrimEnd());
                head = new string(' ', head.Length);
            }
        }
        output.WriteLine();
        output.WriteLine(Verdict(results.Count(result => !result.Passed), results.Count));
    }

    private static string Verdict(int failed, int checks) => failed == 0
        ? $"All {checks} checks passed: this machine can carry calls."
        : $"{failed} of {checks} checks FAILED. What needs a failed step is not tried.";

    private static IEnumerable<string> Wrap(string text, int width)
    {
        var line = new StringBuilder();
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                _ = line.Clear();
            }
            _ = line.Append(line.Length == 0 ? "" : " ").Append(word);
        }
        yield return line.ToString();
    }
}
