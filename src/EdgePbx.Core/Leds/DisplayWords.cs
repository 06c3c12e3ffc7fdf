using System.Globalization;

namespace EdgePbx.Core;

/// <summary>The words of the pages that are not the lamps'.</summary>
internal static class DisplayWords
{
    public static string Of(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>How often a lamp flashes, long and short: <c>2-3</c>, as a person counts it; empty when there is nothing to count.</summary>
    public static string CodeOf(LedRow row) => row.Pattern switch
    {
        { IsSteady: true } or { IsInverted: true } => "",
        { Leads: > 0 } pattern => $"{pattern.Leads}-{pattern.Count}",
        { Flash: > 500 } pattern => $"{pattern.Count}-0",
        _ => "",
    };

    /// <summary><c>4.2</c>; empty when nothing was heard.</summary>
    public static string Score(double? score) => score is { } heard ? heard.ToString("0.0", CultureInfo.InvariantCulture) : "";

    public static string Quality(double score) => score >= 4 ? "good" : score >= CallQuality.PoorScore ? "fair" : "poor";

    /// <summary>In whole minutes, hours or days.</summary>
    public static string Ago(TimeSpan time) =>
        time < TimeSpan.FromMinutes(1) ? "just now"
        : time < TimeSpan.FromHours(1) ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min ago")
        : time < TimeSpan.FromDays(1) ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h ago")
        : time < TimeSpan.FromDays(2) ? "yesterday"
        : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalDays} days ago");

    /// <summary>How a call ended, without saying whose it was: a display hangs where everybody sees it.</summary>
    public static string HowEnded(CallRecord call) => call.EndCode switch
    {
        "hung_up" => $"{call.EndedBy} hung up",
        "cancelled" => "caller gave up",
        "rejected" => Rejected(call.EndReason),
        "no_answer" => "nobody answered",
        "session_expired" or "refresh_unanswered" => "a phone is gone",
        "refresh_failed" => "refresh refused",
        "peer_gone" => "call forgotten",
        "no_ack" or "no_prack" => "not confirmed",
        "media_gone" => "both fell silent",
        "no_ports" => "no media port",
        "shutdown" => "EdgePbx stopped",
        "fault" => "ended by a bug",
        var code => code.Replace('_', ' '),
    };

    private static string Rejected(string reason)
    {
        const string Phone = "the called phone ";
        return reason.StartsWith(Phone, StringComparison.Ordinal) ? $"callee {reason[Phone.Length..]}" : reason;
    }
}
