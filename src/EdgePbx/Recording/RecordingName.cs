using System.Globalization;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>How far a recording is, which its name says: a power cut between two steps is seen at the next start.</summary>
internal enum RecordingStage : byte
{
    /// <summary><c>NAME.part.wav</c>: being written, or torn.</summary>
    Open,

    /// <summary><c>NAME.done.wav</c>: complete, not in the call records yet.</summary>
    Closed,

    /// <summary><c>NAME.wav</c></summary>
    Kept,
}

/// <summary>
/// The name of a recording: <c>2026-11-23T14-03-22Z_1001_1002_0.1</c>: when it began by the clock on the wall, who called whom, the
/// call. Only plain characters, whatever the numbers are.
/// </summary>
internal sealed record RecordingName(string Folder, string Stem, string Extension, DateTime Start)
{
    private const int LongestNumber = 32;
    private const string TimeFormat = "yyyy-MM-dd'T'HH-mm-ss'Z'";
    private const string OpenMark = ".part";
    private const string ClosedMark = ".done";

    public static readonly string[] Extensions = [".wav", ".opus"];

    /// <summary>Another one for the same second and call is told apart by its number.</summary>
    public static RecordingName For(string folder, RecordingOrder order, DateTime start, int number)
    {
        string part = number > 1 ? string.Create(CultureInfo.InvariantCulture, $"_{number}") : "";
        string time = start.ToString(TimeFormat, CultureInfo.InvariantCulture);
        return new RecordingName(
            folder, $"{time}_{Plain(order.From)}_{Plain(order.To)}_{Plain(order.Call)}{part}", order.Format == RecordingFormat.Opus ? ".opus" : ".wav", start);
    }

    /// <param name="part">What tells the files of one recording apart; empty for the only one.</param>
    public string PathOf(string part, RecordingStage stage) => Path.Combine(Folder, FileOf(part, stage));

    public string FileOf(string part, RecordingStage stage) => $"{Stem}{part}{Mark(stage)}{Extension}";

    public bool Exists(string part) => Enum.GetValues<RecordingStage>().Any(stage => Path.Exists(PathOf(part, stage)));

    public bool TryMove(string part, RecordingStage from, RecordingStage to, out string problem) =>
        TryMove(PathOf(part, from), PathOf(part, to), out problem);

    public static bool TryMove(string from, string to, out string problem)
    {
        try
        {
            File.Move(from, to, overwrite: true);
            problem = "";
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problem = failure.Message;
            return false;
        }
    }

    /// <summary>The stage of a file by its name, and the name that it will keep; null: it is no recording.</summary>
    public static (RecordingStage Stage, string Kept)? StageOf(string file)
    {
        string extension = Path.GetExtension(file);
        if (!Extensions.Contains(extension) || !TryReadStart(file, out _))
        {
            return null;
        }
        string stem = file[..^extension.Length];
        return Path.GetExtension(stem) switch
        {
            OpenMark => (RecordingStage.Open, stem[..^OpenMark.Length] + extension),
            ClosedMark => (RecordingStage.Closed, stem[..^ClosedMark.Length] + extension),
            _ => (RecordingStage.Kept, file),
        };
    }

    /// <summary>When a recording of that name began.</summary>
    public static bool TryReadStart(string file, out DateTime start) => DateTime.TryParseExact(
        file.Split('_')[0], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out start);

    /// <summary>The order that a name tells of, as far as it does.</summary>
    public static RecordingOrder ReadOrder(string kept)
    {
        string[] parts = Path.GetFileNameWithoutExtension(kept).Split('_');
        bool isOpus = kept.EndsWith(".opus", StringComparison.Ordinal);
        return new RecordingOrder
        {
            Format = isOpus ? RecordingFormat.Opus : RecordingFormat.Narrow,
            From = parts.ElementAtOrDefault(1) ?? "",
            To = parts.ElementAtOrDefault(2) ?? "",
            Call = parts.ElementAtOrDefault(3) ?? "",
        };
    }

    private static string Mark(RecordingStage stage) => stage switch { RecordingStage.Open => OpenMark, RecordingStage.Closed => ClosedMark, _ => "" };

    // a star means something to a shell, a slash to the file system, and a low line separates the parts of the name
    private static string Plain(string text)
    {
        string plain = string.Concat(text.Take(LongestNumber).Select(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '.' ? c : '-'));
        return plain.Length == 0 ? "-" : plain;
    }
}
