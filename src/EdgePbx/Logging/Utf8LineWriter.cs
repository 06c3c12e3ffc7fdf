using System.Buffers;
using System.Text;

namespace EdgePbx;

/// <summary>What formatters write characters to, and what comes out as UTF-8: a line without a string.</summary>
internal sealed class Utf8LineWriter : TextWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(512);

    public Utf8LineWriter()
        : base(System.Globalization.CultureInfo.InvariantCulture) => CoreNewLine = ['\n'];

    public override Encoding Encoding => Encoding.UTF8;

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public void Clear() => _bytes.ResetWrittenCount();

    /// <summary>A character by itself; half of one that needs two comes out as the replacement character.</summary>
    public override void Write(char value) => Write(new ReadOnlySpan<char>(in value));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer) => Encoding.UTF8.GetBytes(buffer, _bytes);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void WriteLine() => Write('\n');
}
