namespace EdgePbx.Core;

/// <summary>
/// The values of all header fields of one name, for <c>foreach</c>: lists are split at their commas (not those in quotes
/// or angle brackets), each value is trimmed, and empty ones are passed over.
/// </summary>
public ref struct HeaderValues
{
    private readonly SipMessage _message;
    private readonly bool _isList;
    private readonly bool _keepsEmpty;
    private ReadOnlySpan<byte> _rest;
    private byte _nextField;
    private bool _inField;

    internal HeaderValues(SipMessage message, HeaderName name, bool keepsEmpty = false)
    {
        _message = message;
        _isList = HeaderNames.IsList(name);
        _keepsEmpty = keepsEmpty;
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
            if (_keepsEmpty || !Current.IsEmpty)
            {
                return true;
            }
        }
    }

    private void TakeValue()
    {
        int end = _isList ? EndOfValue(_rest) : _rest.Length;
        Current = SipChars.Trim(_rest[..end]);
        _inField = end < _rest.Length;
        _rest = _inField ? _rest[(end + 1)..] : default;
    }

    /// <summary>The index of the comma that ends the first value, or the length.</summary>
    internal static int EndOfValue(ReadOnlySpan<byte> text)
    {
        int comma = text.IndexOf((byte)',');
        if (comma < 0)
        {
            return text.Length;
        }
        return text[..comma].ContainsAny((byte)'"', (byte)'<') ? EndOfBracketed(text) : comma;
    }

    private static int EndOfBracketed(ReadOnlySpan<byte> text)
    {
        int i = 0;
        while (i < text.Length)
        {
            int mark = text[i..].IndexOfAny((byte)',', (byte)'"', (byte)'<');
            if (mark < 0)
            {
                break;
            }
            i += mark;
            if (text[i] == (byte)',')
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
