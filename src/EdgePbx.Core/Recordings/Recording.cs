namespace EdgePbx.Core;

/// <summary>
/// The files in which a call is recorded. Its release is asked for here and confirmed when nothing is copied for it any more and its
/// end has reached the recorder; what is left to do then is <see cref="ClosingRecordings"/>'s, so that no call waits for the medium.
/// </summary>
internal sealed class Recording(RecordingTable table, RecordingKey key, Call call, RecordingFormat format)
    : Owned(call.Scope, ResourceKind.Recording)
{
    public RecordingKey Key => key;
    public Call Call => call;
    public RecordingFormat Format => format;

    /// <summary>Files that it opens: Opus has one for each leg.</summary>
    public int Files => FilesOf(format);

    /// <summary>Empty until the recorder has told.</summary>
    public string File { get; set; } = "";

    /// <summary>The recorder has closed it by itself: there is nothing left to ask for.</summary>
    public bool IsClosed { get; set; }

    /// <summary>When it became <see cref="ClosingRecordings"/>'s; null: it is its call's.</summary>
    public Instant? HandedOver { get; set; }

    public static int FilesOf(RecordingFormat format) => format == RecordingFormat.Opus ? 2 : 1;

    internal override Release Release(Instant now)
    {
        if (IsClosed)
        {
            return Core.Release.Done;
        }
        table.Stop(key);
        return Core.Release.Pending;
    }
}
