using System.Text;

namespace EdgePbx.Core;

/// <summary>Who refreshes, as a Session-Expires header says it (RFC 4028 section 4).</summary>
public enum RefresherParam : byte { None, Uac, Uas }

/// <summary>RFC 4028 section 4: <c>Session-Expires = delta-seconds *(SEMI se-params)</c>.</summary>
public readonly ref struct SessionExpires
{
    private SessionExpires(uint seconds, RefresherParam refresher) => (Seconds, Refresher) = (seconds, refresher);

    public uint Seconds { get; }
    public RefresherParam Refresher { get; }

    public static bool TryParse(ReadOnlySpan<byte> text, out SessionExpires expires)
    {
        expires = default;
        var cursor = new Utf8Cursor(text);
        cursor.SkipSpace();
        if (!cursor.TryTakeUInt32(out uint seconds))
        {
            return false;
        }
        cursor.SkipSpace();
        ReadOnlySpan<byte> parameters = cursor.Rest;
        if (!parameters.IsEmpty && (parameters[0] != (byte)';' || !Parameters.AreWellFormed(parameters)))
        {
            return false;
        }
        RefresherParam refresher = RefresherParam.None;
        if (Parameters.TryFind(parameters, "refresher"u8, out ReadOnlySpan<byte> value) && !TryReadRefresher(value, out refresher))
        {
            return false;
        }
        expires = new SessionExpires(seconds, refresher);
        return true;
    }

    private static bool TryReadRefresher(ReadOnlySpan<byte> value, out RefresherParam refresher)
    {
        value = Parameters.Unquote(value); // some phones quote it
        refresher = Ascii.EqualsIgnoreCase(value, "uac"u8) ? RefresherParam.Uac
            : Ascii.EqualsIgnoreCase(value, "uas"u8) ? RefresherParam.Uas
            : RefresherParam.None;
        return refresher != RefresherParam.None;
    }
}
