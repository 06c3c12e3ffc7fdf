using System.Runtime.InteropServices;

namespace EdgePbx.Core;

/// <summary>Takes a body apart, line by line (RFC 8866 5 and 9). There is one for each thread, used anew for each body.</summary>
internal sealed class SdpReader
{
    private const string SessionOnly = "ostrzuep";
    private const string EitherLevel = "icbka";
    private const string NoVersion = "the description does not begin with v=";
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
        body = body.TrimEnd("\0 \t\r\n"u8); // the end of a C string, sent with it
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
        EndMedia();
        error = !_hasVersion ? "empty body"
            : _originLine is null && _media.Count == 0 ? $"line {number}: the description ends without origin and streams" : "";
        if (error.Length > 0)
        {
            return false;
        }
        session = new SdpSession(_originLine ?? "", _origin, _session.ToArray(), _media.ToArray());
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

    /// <summary>Records end with CRLF; a lone LF is tolerated, as section 5 asks, and so are blanks before it, which mean nothing anywhere.</summary>
    private static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> body)
    {
        int end = body.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? body : body[..end];
        body = end < 0 ? default : body[(end + 1)..];
        return line.TrimEnd(" \t\r"u8);
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
            return _hasVersion ? "" : NoVersion; // what it may have been is missed where it is needed
        }
        char type = (char)line[0];
        string value = RepeatedText.OfLatin1(line[2..]); // keeps every byte, whatever the character set
        if (_hasVersion == (type == 'v'))
        {
            return _hasVersion ? "a second v=" : NoVersion;
        }
        return type == 'v' ? TakeVersion(value) : type == 'm' ? BeginMedia(value) : TakeOther(new SdpLine(type, value));
    }

    private string TakeVersion(string value)
    {
        _hasVersion = true;
        return value.Trim(' ') == "0" ? "" : "v= is not 0";
    }

    /// <summary>
    /// RFC 8866 5 has a description ignored that holds an unknown letter. Devices write letters of their own (y=, f=), and mean
    /// nothing that others had to know; so the line is ignored.
    /// </summary>
    private string TakeOther(SdpLine line)
    {
        bool isSessionOnly = SessionOnly.Contains(line.Type, StringComparison.Ordinal);
        bool isKnown = isSessionOnly || EitherLevel.Contains(line.Type, StringComparison.Ordinal);
        bool isUsable = line.Type != 'c' || SdpConnection.TryParse(line.Value, out _);
        if (line.Type == 'o')
        {
            TakeOrigin(line.Value);
        }
        else if (isKnown && isUsable && !(isSessionOnly && _current is not null)) // t= after the first m= says nothing of that stream
        {
            (_current is null ? _session : _below).Add(line);
        }
        return "";
    }

    /// <summary>The first one that can be read.</summary>
    private void TakeOrigin(string value)
    {
        if (_originLine is null && SdpOrigin.TryParse(value, out SdpOrigin origin))
        {
            (_originLine, _origin) = (value, origin);
        }
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
