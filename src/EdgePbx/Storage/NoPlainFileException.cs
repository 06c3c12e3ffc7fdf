namespace EdgePbx;

/// <summary>What has that name is not read: a folder, a device, a pipe, or a file without a sensible end.</summary>
internal sealed class NoPlainFileException : IOException
{
    public NoPlainFileException()
    {
    }

    public NoPlainFileException(string message) : base(message)
    {
    }

    public NoPlainFileException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <param name="path">Of what it is.</param>
    /// <param name="why">The end of a sentence that begins with its name.</param>
    public NoPlainFileException(string path, string why) : base($"{path} {why}") => Why = why;

    public string Why { get; } = "";
}
