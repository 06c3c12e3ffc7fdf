using Microsoft.Extensions.Logging;

namespace EdgePbx.Core;

// how the call sounds: what the relay tells of its paths, while it is up and at its end
internal sealed partial class Call
{
    /// <summary>The relay has news of a path.</summary>
    internal void OnMeasured(Instant now, RelayPath path)
    {
        if (State is not CallState.Established || path.Leg.Media.FirstPath != path || Other(path.Leg) is not { } other)
        {
            return;
        }
        MediaReport report = path.Media;
        bool isOneWay = report.Flow is MediaFlow.Silent or MediaFlow.Dead && report.IsOtherSpeaking;
        if (isOneWay && !path.IsOneWay)
        {
            _context.Counters.OneWayAudio++;
            _context.Log.OneWayAudio(
                Key, _callId, _b2buaCallId, path.Leg.Number, other.Number, path.Source.IsNone ? path.Leg.Media.ExpectedSource : path.Source, HasBeenHeard(path) ? "any more" : "yet");
        }
        path.IsOneWay = isOneWay;
        if (report.Flow == MediaFlow.Dead && !report.IsOtherSpeaking && other.Media.FirstPath is { Media.Flow: MediaFlow.Dead })
        {
            End(now, EndReason.MediaGone(_context.Settings.MediaTimeout!.Value));
        }
    }

    private static bool HasBeenHeard(RelayPath path) => path.Media.Received.Received > 0;

    private void LogQuality(CallRecord record)
    {
        if (record.Caller.Media is not { } caller || record.Callee.Media is not { } callee || caller.Received + callee.Received == 0)
        {
            return; // it was not answered, or signalled only
        }
        string complaints = CallQuality.Complaints(From, caller, To, callee);
        (string callerScore, string calleeScore) = (CallQuality.Word(caller.Score), CallQuality.Word(callee.Score));
        (LogLevel level, string why) = complaints.Length == 0 ? (LogLevel.Information, "") : (LogLevel.Warning, $": {complaints}");
        _context.Log.CallQuality(level, Key, _callId, _b2buaCallId, From, callerScore, To, calleeScore, why);
    }
}
