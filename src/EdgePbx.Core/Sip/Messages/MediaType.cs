using System.Text;

namespace EdgePbx.Core;

/// <summary>RFC 3261 section 20.15: <c>type/subtype *(;parameter)</c>, as in Content-Type.</summary>
public readonly ref struct MediaType
{
    private MediaType(ReadOnlySpan<byte> type, ReadOnlySpan<byte> subtype, ReadOnlySpan<byte> parameters)
    {
        Type = type;
        Subtype = subtype;
        Parameters = parameters;
    }

    public ReadOnlySpan<byte> Type { get; }
    public ReadOnlySpan<byte> Subtype { get; }

    /// <summary>From the first semicolon on.</summary>
    public ReadOnlySpan<byte> Parameters { get; }

    /// <summary>Where a part ends (RFC 2046 5.1.1), without quotes; empty if there is none.</summary>
    public ReadOnlySpan<byte> Boundary =>
        Core.Parameters.TryFind(Parameters, "boundary"u8, out ReadOnlySpan<byte> value) ? Core.Parameters.Unquote(value) : default;

    public bool IsMultipart => Ascii.EqualsIgnoreCase(Type, "multipart"u8);

    /// <param name="name">Such as "application/sdp"; the case doesn't matter, parameters are not compared.</param>
    public bool Is(ReadOnlySpan<byte> name)
    {
        int slash = name.IndexOf((byte)'/');
        return slash > 0 && Ascii.EqualsIgnoreCase(Type, name[..slash]) && Ascii.EqualsIgnoreCase(Subtype, name[(slash + 1)..]);
    }

    public static bool TryParse(ReadOnlySpan<byte> text, out MediaType mediaType)
    {
        mediaType = default;
        var cursor = new Utf8Cursor(text);
        cursor.SkipSpace();
        if (!cursor.TryTakeToken(out ReadOnlySpan<byte> type) || !cursor.TryTakeSeparator('/')
            || !cursor.TryTakeToken(out ReadOnlySpan<byte> subtype))
        {
            return false;
        }
        cursor.SkipSpace();
        if (!cursor.AtEnd && (cursor.Rest[0] != (byte)';' || !Core.Parameters.AreWellFormed(cursor.Rest)))
        {
            return false;
        }
        mediaType = new MediaType(type, subtype, cursor.Rest);
        return true;
    }
}
