using System.Text.Json;

namespace EdgePbx;

/// <summary>Something that becomes one line of the record file.</summary>
internal interface IRecordLine
{
    /// <summary>Itself as one JSON object.</summary>
    void WriteTo(Utf8JsonWriter json);

    /// <summary>Told by the thread that writes it, when it is on the medium. Of a line that never gets there it is not.</summary>
    void OnKept()
    {
    }
}
