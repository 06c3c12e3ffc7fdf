namespace EdgePbx.Core;

/// <summary>One line of a description: its type letter and what stands behind the equals sign, each byte as one character.</summary>
internal readonly record struct SdpLine(char Type, string Value)
{
    /// <summary>RFC 8866 5.13: <c>a=name</c> or <c>a=name:value</c>; empty for other lines.</summary>
    public ReadOnlySpan<char> AttributeName => Type != 'a' ? default : Value.AsSpan(0, NameLength);

    /// <summary>What stands behind the colon; empty when there is none.</summary>
    public ReadOnlySpan<char> AttributeValue => Type != 'a' || NameLength == Value.Length ? default : Value.AsSpan(NameLength + 1);

    private int NameLength => Value.IndexOf(':', StringComparison.Ordinal) is int colon and >= 0 ? colon : Value.Length;

    public bool IsAttribute(ReadOnlySpan<char> name) => Type == 'a' && AttributeName.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// <c>a=name:format parameters</c>, the shape of rtpmap, fmtp and rtcp-fb.
    /// <paramref name="parameters"/> begins behind the blank.
    /// </summary>
    public bool TrySplitFormat(out ReadOnlySpan<char> format, out ReadOnlySpan<char> parameters)
    {
        ReadOnlySpan<char> value = AttributeValue.TrimStart(' ');
        int blank = value.IndexOf(' ');
        format = blank < 0 ? value : value[..blank];
        parameters = blank < 0 ? default : value[(blank + 1)..];
        return !format.IsEmpty;
    }

    public override string ToString() => $"{Type}={Value}";
}
