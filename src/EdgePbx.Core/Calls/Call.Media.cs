using Microsoft.Extensions.Logging;

namespace EdgePbx.Core;

// how the call sounds: what the relay tells of its paths, while it is up and at its end
internal sealed partial class Call
{
    /// <summary>The relay has news of a path.</summary>
    internal void OnMeasured(Instant now, RelayPath path)
    {
        if (State is not CallState.Established || Other(path.Leg) is not { } other)
        {
            return;
        }
        MediaReport report = path.Media;
        bool isSilent = report.Flow is MediaFlow.Silent or MediaFlow.Dead || report.IsCutOff;
        bool isRefused = report.Refused > RefusedByChance && !HasBeenHeard(path);
        if (isSilent && (report.IsOtherSpeaking || report.IsCutOff || isRefused) && !path.IsOneWay && path == path.Leg.Media.FirstPath)
        {
            path.IsOneWay = true;
            _context.Counters.OneWayAudio++;
            _context.Log.OneWayAudio(
                Key, _callId, _b2buaCallId, path.Leg.Number, other.Number, path.Source.IsNone ? path.Leg.Media.ExpectedSource : path.Source, HasBeenHeard(path) ? "any more" : "yet",
                report.IsCutOff ? $"; {other.Number} is not passed on to it any more"
                    : isRefused ? "; what it sends is no RTP, or comes from another port than it said"
                    : $", {other.Number} is");
        }
        path.IsOneWay &= isSilent; // that the other one pauses is no news
        if (_context.Settings.MediaTimeout is not null && path.DeadAfter is { } limit
            && !report.IsOtherSpeaking && path.Leg.Media.IsDead && other.Media.IsDead)
        {
            End(now, EndReason.MediaGone(limit));
        }
    }

    private const int RefusedByChance = 2; // packets that open a way through a NAT, say

    private static bool HasBeenHeard(RelayPath path) => path.Media.Received.Received > 0;

    private static bool HadToSend(Leg? leg) => leg?.Media.FirstPath?.HadToSend == true;

    private void LogQuality(CallRecord record)
    {
        if (record.Caller.Media is not { } caller || record.Callee.Media is not { } callee || caller.Received + callee.Received + caller.Refused + callee.Refused == 0)
        {
            return; // it was not answered, or signalled only
        }
        string complaints = string.Join("; ",
            CallQuality.Complaints(From, caller, callee, HadToSend(_lastCallee)).Concat(CallQuality.Complaints(To, callee, caller, HadToSend(_lastCaller))));
        (string callerScore, string calleeScore) = (CallQuality.Word(caller.Score), CallQuality.Word(callee.Score));
        (LogLevel level, string why) = complaints.Length == 0 ? (LogLevel.Information, "") : (LogLevel.Warning, $": {complaints}");
        _context.Log.CallQuality(level, Key, _callId, _b2buaCallId, From, callerScore, To, calleeScore, why);
    }
}
