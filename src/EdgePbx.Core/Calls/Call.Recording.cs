namespace EdgePbx.Core;

// whether it is recorded, and what becomes of that
internal sealed partial class Call
{
    /// <summary>A phone that sends its keys both as RTP events and in INFO means them once.</summary>
    private static readonly TimeSpan ToggleRest = TimeSpan.FromSeconds(2);

    private FeatureCode[]? _codes; // of each leg, by the way the digits come; most calls hear none
    private RecordingPolicy _recordingPolicy = RecordingPolicy.Never;
    private Recording? _recording;
    private bool _isRecordingWanted;
    private bool _awaitsRoom; // until it is its turn to try again
    private string _refusal = ""; // what was said last
    private int _recordingParts;
    private Instant? _toggledAt;

    /// <summary>What the relay copies of the leg's sound; null: nothing.</summary>
    internal MediaTap? TapOf(Leg leg)
    {
        bool wantsDigits = State is CallState.Established && MayToggle(leg);
        if (_recording is null && !wantsDigits)
        {
            return null;
        }
        return new MediaTap
        {
            Recording = _recording?.Key ?? default,
            Side = leg.IsCaller ? RecordedSide.Caller : RecordedSide.Callee,
            Codecs = leg.Media.CodecsOf(leg.Media.SoundLine),
            WantsDigits = wantsDigits,
        };
    }

    /// <summary>A key was pressed on this phone. The digit itself goes on to the other one as it came.</summary>
    internal void OnDigit(Instant now, Leg leg, char digit, bool isInfo)
    {
        if (State is not CallState.Established || !MayToggle(leg)
            || !(_codes ??= [new(), new(), new(), new()])[(leg.IsCaller ? 0 : 2) + (isInfo ? 1 : 0)].Push(now, digit, _context.Settings.Recording.Code)
            || now - _toggledAt < ToggleRest)
        {
            return;
        }
        (_toggledAt, _isRecordingWanted, _refusal) = (now, !_isRecordingWanted, "");
        ReviewRecording(now);
    }

    /// <summary>Starts, stops or changes the recording, as what is wanted and what was negotiated want it. Nothing changes: nothing happens.</summary>
    private void ReviewRecording(Instant now)
    {
        if (State is not CallState.Established || Caller is not { } caller || Callee is not { } callee)
        {
            return;
        }
        if (_recordingPolicy.Veto.Length > 0)
        {
            Refuse($"{_recordingPolicy.Veto} is never recorded");
        }
        RecordingFormat format = _isRecordingWanted ? FormatOf(caller.Media, callee.Media) : RecordingFormat.None;
        if (_recording is { } current && current.Format != format)
        {
            _recording = null; // another codec is another file
            Scope.ReleaseNow(current, now);
        }
        bool begins = _recording is null && format != RecordingFormat.None && !_awaitsRoom;
        if (begins && _context.Recordings.Closing.IsFull)
        {
            Refuse($"{ClosingRecordings.Most} recordings wait to be closed, the medium is too slow");
            AwaitRoom(now);
        }
        else if (begins)
        {
            _recording = _context.Recordings.TryStart(this, new RecordingOrder
            {
                Format = format, Call = Key.ToString(), CallId = _callId, From = From, To = To, Part = ++_recordingParts,
            });
        }
        if (_recordingPolicy.Mode != RecordMode.Never)
        {
            caller.Media.Watch();
            callee.Media.Watch();
        }
    }

    /// <summary>It found no room before; perhaps there is some now.</summary>
    internal void RetryRecording(Instant now)
    {
        _context.CurrentCall = this;
        _awaitsRoom = false;
        ReviewRecording(now);
    }

    /// <summary>A word on a recording of this call, which may be over already.</summary>
    internal void OnRecording(Instant now, Recording recording, in RecordingReport report)
    {
        switch (report.Kind)
        {
            case RecordingReportKind.Started:
                recording.File = report.File;
                _refusal = "";
                _context.Counters.RecordingsStarted++;
                _context.Log.RecordingStarted(Key, _callId, _b2buaCallId, report.File);
                _context.Recordings.Retries.OnStarted(now);
                break;
            case RecordingReportKind.HandedOver when recording.HandedOver is null && !Scope.Owns(recording):
                _context.Recordings.HandOver(now, recording);
                Scope.Confirm(recording, now);
                break;
            case RecordingReportKind.Closed:
                _context.Recordings.Closed(now, recording);
                LogClosed(recording, report);
                OnClosed(now, recording);
                break;
            default:
                break;
        }
    }

    private void OnClosed(Instant now, Recording recording)
    {
        if (recording.HandedOver is not null)
        {
            return; // it was ours no more
        }
        if (!Scope.Owns(recording))
        {
            Scope.Confirm(recording, now); // before we heard that it was handed over
            return;
        }
        recording.IsClosed = true; // by itself: the medium is full or broken, and the call goes on without
        Scope.ReleaseNow(recording, now);
        if (_recording == recording)
        {
            _recording = null;
            _recordingParts -= recording.File.Length == 0 ? 1 : 0; // it never was one
            AwaitRoom(now);
            ReviewRecording(now);
        }
    }

    // what is always recorded tries again; who asked by the code is told no, and asks again
    private void AwaitRoom(Instant now)
    {
        _awaitsRoom = _isRecordingWanted = _recordingPolicy.Mode == RecordMode.Always;
        if (_awaitsRoom)
        {
            _context.Recordings.Retries.Add(now, Key);
        }
    }

    private bool MayToggle(Leg leg) => leg.IsCaller ? _recordingPolicy.CallerMayToggle : _recordingPolicy.CalleeMayToggle;

    private RecordingFormat FormatOf(LegMedia caller, LegMedia callee)
    {
        int line = caller.SoundLine;
        if (line < 0 || callee.SoundLine != line)
        {
            return _recording?.Format ?? RecordingFormat.None; // not negotiated yet, or without sound for now
        }
        string codec = callee.CodecOf(line);
        RecordingFormat format = CodecMap.Named(codec) switch
        {
            RecordedCodec.Pcmu or RecordedCodec.Pcma => RecordingFormat.Narrow,
            RecordedCodec.G722 => RecordingFormat.Wide,
            RecordedCodec.Opus => RecordingFormat.Opus,
            _ => RecordingFormat.None,
        };
        if (caller.IsEncrypted(line) || callee.IsEncrypted(line))
        {
            format = RecordingFormat.None;
            Refuse("the sound is encrypted from phone to phone (SRTP)");
        }
        else if (format == RecordingFormat.None)
        {
            Refuse($"{codec} can't be recorded, only PCMU, PCMA, G722 and opus can");
        }
        return format;
    }

    // once for each reason: a refresh must not say it again
    private void Refuse(string reason)
    {
        if (_refusal != reason)
        {
            _refusal = reason;
            _context.Counters.RecordingsFailed += _recordingPolicy.Veto.Length > 0 ? 0 : 1;
            _context.Log.RecordingRefused(Key, _callId, _b2buaCallId, reason);
        }
    }

    private void LogClosed(Recording recording, in RecordingReport report)
    {
        if (report.Problem.Length == 0)
        {
            _context.Log.RecordingStopped(Key, _callId, _b2buaCallId, recording.File, Math.Round(report.Seconds, 3), report.Bytes, report.Dropped);
        }
        else if (recording.File.Length == 0)
        {
            Refuse(report.Problem);
        }
        else
        {
            _context.Counters.RecordingsFailed++;
            _context.Log.RecordingFailed(Key, _callId, _b2buaCallId, recording.File, Math.Round(report.Seconds, 3), report.Problem);
        }
    }
}
