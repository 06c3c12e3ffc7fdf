namespace EdgePbx;

/// <summary>Something that becomes one line of the record file.</summary>
internal interface IRecordLine
{
    /// <summary>JSON with a line feed at its end.</summary>
    byte[] ToLine();
}
