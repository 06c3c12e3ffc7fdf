namespace EdgePbx.Core;

/// <summary>Finds one part of a body, where it lies (RFC 5621 section 3, RFC 2046 section 5.1).</summary>
public static class MultipartBody
{
    /// <summary>Nested multiparts are followed this deep.</summary>
    public const int Depth = 3;

    /// <summary>
    /// The body itself if it has that type, or the first part that has. A part says what it is in its own Content-Type;
    /// one that says nothing is text/plain.
    /// </summary>
    public static bool TryFindPart(
        scoped ReadOnlySpan<byte> contentType, ReadOnlySpan<byte> body, scoped ReadOnlySpan<byte> wanted, out ReadOnlySpan<byte> part) =>
        TryFindPart(contentType, body, wanted, Depth, out part);

    private static bool TryFindPart(
        scoped ReadOnlySpan<byte> contentType,
        ReadOnlySpan<byte> body,
        scoped ReadOnlySpan<byte> wanted,
        int depth,
        out ReadOnlySpan<byte> part)
    {
        part = default;
        if (!MediaType.TryParse(contentType, out MediaType type))
        {
            return false;
        }
        if (type.Is(wanted))
        {
            part = body;
            return true;
        }
        ReadOnlySpan<byte> boundary = type.Boundary;
        if (!type.IsMultipart || boundary.Length is 0 or > 70 || depth == 0)
        {
            return false;
        }
        ReadOnlySpan<byte> rest = body;
        if (!TrySkipDelimiter(ref rest, boundary, out _, out bool isLast))
        {
            return false;
        }
        while (!isLast && TrySkipDelimiter(ref rest, boundary, out ReadOnlySpan<byte> entity, out isLast))
        {
            SplitEntity(entity, out ReadOnlySpan<byte> partType, out ReadOnlySpan<byte> content);
            if (TryFindPart(partType, content, wanted, depth - 1, out part))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>
    /// Moves past the next line <c>--boundary</c>; what lay before it, less the CRLF that belongs to it, is <paramref
    /// name="before"/>.
    /// </summary>
    private static bool TrySkipDelimiter(
        scoped ref ReadOnlySpan<byte> rest, scoped ReadOnlySpan<byte> boundary, out ReadOnlySpan<byte> before, out bool isLast)
    {
        for (int from = 0; ;)
        {
            int dashes = rest[from..].IndexOf("--"u8);
            if (dashes < 0)
            {
                before = default;
                isLast = true;
                return false;
            }
            dashes += from;
            ReadOnlySpan<byte> after = rest[(dashes + 2)..];
            bool startsLine = dashes == 0 || rest[dashes - 1] == (byte)'\n';
            if (startsLine && after.StartsWith(boundary) && EndsLine(after[boundary.Length..], out int skipped, out isLast))
            {
                int end = dashes >= 2 && rest[dashes - 2] == (byte)'\r' ? dashes - 2 : Math.Max(dashes - 1, 0);
                before = rest[..end];
                rest = after[(boundary.Length + skipped)..];
                return true;
            }
            from = dashes + 1;
        }
    }

    private static bool EndsLine(ReadOnlySpan<byte> text, out int skipped, out bool isLast)
    {
        isLast = text.StartsWith("--"u8);
        skipped = isLast ? 2 : 0;
        while (skipped < text.Length && SipChars.IsBlank(text[skipped]))
        {
            skipped++;
        }
        ReadOnlySpan<byte> end = text[skipped..];
        skipped += end.StartsWith("\r\n"u8) ? 2 : end.StartsWith("\n"u8) ? 1 : 0;
        return end.IsEmpty || end[0] is (byte)'\r' or (byte)'\n';
    }

    private static void SplitEntity(ReadOnlySpan<byte> entity, out ReadOnlySpan<byte> contentType, out ReadOnlySpan<byte> content)
    {
        contentType = "text/plain"u8;
        while (!entity.IsEmpty)
        {
            int end = entity.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? entity : entity[..end];
            entity = end < 0 ? default : entity[(end + 1)..];
            line = line is [.., (byte)'\r'] ? line[..^1] : line;
            if (line.IsEmpty)
            {
                break;
            }
            int colon = line.IndexOf((byte)':');
            if (colon > 0 && HeaderNames.Parse(SipChars.Trim(line[..colon])) == HeaderName.ContentType)
            {
                contentType = SipChars.Trim(line[(colon + 1)..]);
            }
        }
        content = entity;
    }
}
