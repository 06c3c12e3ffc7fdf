namespace EdgePbx.Core;

/// <summary>Every limit on what a stranger can send, in one place; each is tested at the limit and one past it.</summary>
public static class SipLimits
{
    /// <summary>A whole message, in bytes: what a UDP datagram can hold.</summary>
    public const int MessageBytes = 65536;

    /// <summary>Header fields in a message.</summary>
    public const int Headers = 128;

    /// <summary>One header field with its name, unfolded, in bytes.</summary>
    public const int HeaderLineBytes = 8192;

    /// <summary>A request that is longer goes over TCP where the peer has it (RFC 3261 18.1.1), in bytes.</summary>
    public const int LargestUdpRequest = 1300;

    /// <summary>Contacts of one address-of-record.</summary>
    public const int BindingsPerAddress = 10;

    /// <summary>Media lines in one session description.</summary>
    public const int MediaLines = 16;

    /// <summary>
    /// Requests of known senders and within dialogs that are being answered or remembered; above it they get 503. BYE and
    /// CANCEL never do: they end something, and there is one of them for each thing that they end.
    /// </summary>
    public const int ServerTransactions = 8192;

    /// <summary>Of these all but REGISTERs, above which hardly a new call is taken: what is up has the other half for itself.</summary>
    public const int CallTransactions = 4096;

    /// <summary>REGISTERs among them, above which hardly a new one is taken: phones that come back all at once leave room for calls.</summary>
    public const int RegisterTransactions = 1024;

    /// <summary>Bytes of messages that are remembered, above which hardly a new call or registration is taken.</summary>
    public const long HeldBytes = 8 << 20;
}
