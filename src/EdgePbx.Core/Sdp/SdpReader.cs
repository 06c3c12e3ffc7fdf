using System.Runtime.InteropServices;

namespace EdgePbx.Core;

/// <summary>Takes a body apart, line by line (RFC 8866 5 and 9). There is one for each thread, used anew for each body.</summary>
internal sealed class SdpReader
{
    private const string SessionOnly = "ostrzuep";
    private const string EitherLevel = "icbka";
    private const int KeptLines = 256;

    [ThreadStatic]
    private static SdpReader? _ofThisThread;

    private readonly List<SdpLine> _session = [];
    private readonly List<SdpMedia> _media = [];
    private readonly List<SdpLine> _below = []; // of the m= line that is being read
    private MediaLine? _current;
    private string? _originLine;
    private SdpOrigin _origin;
    private NetAddress _address;
    private MediaDirection _direction;
    private bool _hasVersion;

    public static bool TryRead(ReadOnlySpan<byte> body, out SdpSession? session, out string error)
    {
        SdpReader reader = _ofThisThread ??= new SdpReader();
        try
        {
            return reader.TryReadAll(body, out session, out error);
        }
        finally
        {
            reader.Forget(); // even after a bug: the next body is another phone's
        }
    }

    private bool TryReadAll(ReadOnlySpan<byte> body, out SdpSession? session, out string error)
    {
        session = null;
        int number = 0;
        while (!body.IsEmpty)
        {
            number++;
            error = TakeLine(NextLine(ref body));
            if (error.Length > 0)
            {
                error = $"line {number}: {error}";
                return false;
            }
        }
        error = !_hasVersion ? "empty body" : _originLine is null ? $"line {number}: the description ends without o=" : "";
        if (error.Length > 0)
        {
            return false;
        }
        EndMedia();
        session = new SdpSession(_originLine!, _origin, _session.ToArray(), _media.ToArray());
        return true;
    }

    private void Forget()
    {
        foreach (List<SdpLine> lines in (ReadOnlySpan<List<SdpLine>>)[_session, _below])
        {
            lines.Clear();
            if (lines.Capacity > KeptLines)
            {
                lines.Capacity = KeptLines;
            }
        }
        _media.Clear();
        (_current, _originLine, _origin, _address, _direction, _hasVersion) = (null, null, default, default, default, false);
    }

    /// <summary>Records end with CRLF; a lone LF is tolerated, as section 5 asks.</summary>
    private static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> body)
    {
        int end = body.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? body : body[..end];
        body = end < 0 ? default : body[(end + 1)..];
        return line is [.., (byte)'\r'] ? line[..^1] : line;
    }

    /// <summary>Empty, or what is wrong with the line.</summary>
    private string TakeLine(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
        {
            return ""; // stray blank lines, mostly at the end, do no harm
        }
        if (line.IndexOfAny((byte)'\0', (byte)'\r') >= 0)
        {
            return "a NUL or a CR inside a line";
        }
        if (line is not [>= (byte)'a' and <= (byte)'z', (byte)'=', ..])
        {
            return "not of the form letter=value";
        }
        char type = (char)line[0];
        string value = RepeatedText.OfLatin1(line[2..]); // keeps every byte, whatever the character set
        if (_hasVersion == (type == 'v'))
        {
            return _hasVersion ? "a second v=" : "the description does not begin with v=";
        }
        return type == 'v' ? TakeVersion(value) : type == 'm' ? BeginMedia(value) : TakeOther(new SdpLine(type, value));
    }

    private string TakeVersion(string value)
    {
        _hasVersion = true;
        return value.Trim(' ') == "0" ? "" : "v= is not 0";
    }

    private string TakeOther(SdpLine line)
    {
        bool isSessionOnly = SessionOnly.Contains(line.Type, StringComparison.Ordinal);
        if (!isSessionOnly && !EitherLevel.Contains(line.Type, StringComparison.Ordinal))
        {
            return $"{line.Type}= is no line of SDP"; // section 5: a new letter may change what the rest means
        }
        if (isSessionOnly && _current is not null)
        {
            return $"{line.Type}= belongs above the first m=";
        }
        if (line.Type == 'c' && !SdpConnection.TryParse(line.Value, out _))
        {
            return "c= needs a network type, an address type and an address";
        }
        if (line.Type == 'o')
        {
            return TakeOrigin(line.Value);
        }
        (_current is null ? _session : _below).Add(line);
        return "";
    }

    private string TakeOrigin(string value)
    {
        if (_originLine is not null)
        {
            return "a second o=";
        }
        _originLine = value;
        return SdpOrigin.TryParse(value, out _origin) ? "" : "o= needs six fields";
    }

    private string BeginMedia(string value)
    {
        if (_current is null)
        {
            _address = SdpConnection.In(CollectionsMarshal.AsSpan(_session)) ?? default;
            _direction = MediaDirections.In(CollectionsMarshal.AsSpan(_session)) ?? MediaDirection.SendRecv;
        }
        EndMedia();
        if (_media.Count == SipLimits.MediaLines)
        {
            return $"more than {SipLimits.MediaLines} media lines";
        }
        return MediaLine.TryParse(value, out _current, out string error) ? "" : error;
    }

    private void EndMedia()
    {
        if (_current is not null)
        {
            _media.Add(new SdpMedia(_current, _below.ToArray(), _address, _direction));
            _below.Clear();
        }
    }
}
