namespace EdgePbx.Core;

/// <summary>
/// The values of all header fields of one name, for <c>foreach</c>: lists are split at their commas (not those in quotes
/// or angle brackets; Privacy at its semicolons), each value is trimmed, and empty ones are passed over.
/// </summary>
public ref struct HeaderValues
{
    private readonly SipMessage _message;
    private readonly byte _separator;
    private ReadOnlySpan<byte> _rest;
    private byte _nextField;
    private bool _inField;

    internal HeaderValues(SipMessage message, HeaderName name)
    {
        _message = message;
        _separator = HeaderNames.SeparatorOf(name);
        _nextField = message.FirstField(name);
    }

    public ReadOnlySpan<byte> Current { get; private set; }

    public readonly HeaderValues GetEnumerator() => this;

    public bool MoveNext()
    {
        while (true)
        {
            if (!_inField)
            {
                if (_nextField == HeaderField.None)
                {
                    Current = default;
                    return false;
                }
                _rest = _message.FieldValue(_nextField);
                _nextField = _message.NextField(_nextField);
                _inField = true;
            }
            TakeValue();
            if (!Current.IsEmpty)
            {
                return true;
            }
        }
    }

    private void TakeValue()
    {
        int end = _separator == 0 ? _rest.Length : EndOfValue(_rest, _separator);
        Current = SipChars.Trim(_rest[..end]);
        _inField = end < _rest.Length;
        _rest = _inField ? _rest[(end + 1)..] : default;
    }

    /// <summary>The index of the separator that ends the first value, or the length.</summary>
    internal static int EndOfValue(ReadOnlySpan<byte> text, byte separator)
    {
        int end = text.IndexOf(separator);
        if (end < 0)
        {
            return text.Length;
        }
        return text[..end].ContainsAny((byte)'"', (byte)'<') ? EndOfBracketed(text, separator) : end;
    }

    private static int EndOfBracketed(ReadOnlySpan<byte> text, byte separator)
    {
        int i = 0;
        while (i < text.Length)
        {
            int mark = text[i..].IndexOfAny(separator, (byte)'"', (byte)'<');
            if (mark < 0)
            {
                break;
            }
            i += mark;
            if (text[i] == separator)
            {
                return i;
            }
            int skipped = text[i] == (byte)'"' ? SipChars.EndOfQuoted(text, i) : text[i..].IndexOf((byte)'>') + i + 1;
            if (skipped <= i)
            {
                break; // never closed: the rest is one value, for its own reader to refuse
            }
            i = skipped;
        }
        return text.Length;
    }
}
