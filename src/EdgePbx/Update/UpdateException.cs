namespace EdgePbx;

/// <summary>An update can't be done; the message says why to a technician. What ran before still runs, and starts again.</summary>
internal sealed class UpdateException : Exception
{
    public UpdateException()
    {
    }

    public UpdateException(string message) : base(message)
    {
    }

    public UpdateException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
