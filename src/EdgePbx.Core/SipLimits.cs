namespace EdgePbx.Core;

/// <summary>Every limit on one message, in one place; each is tested at the limit and one past it. What all together may take is <see cref="MemoryBudget"/>'s.</summary>
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
}
