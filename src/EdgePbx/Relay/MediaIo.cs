namespace EdgePbx;

/// <summary>Who takes what the kernel has for the relay. Called from within <see cref="MediaIo.Wait"/>, on its thread.</summary>
internal interface IMediaIoUser
{
    /// <summary>A wait has ended; what follows happens at this moment.</summary>
    void Awake();

    /// <summary>A datagram arrived.</summary>
    /// <param name="stream">By which socket.</param>
    /// <param name="datagram">Valid until this returns, unless it is sent on; empty also when it was longer than <see cref="MediaIo.DatagramBytes"/>.</param>
    /// <param name="name">Where it came from, as struct sockaddr_in or sockaddr_in6.</param>
    void Received(RelayStream stream, Span<byte> datagram, ReadOnlySpan<byte> name);

    /// <summary>The kernel has let go of a socket whose removal took some time.</summary>
    void Removed(RelayStream stream);
}

/// <summary>How the relay thread waits for datagrams on all its sockets and sends them on. All members are that thread's.</summary>
internal abstract class MediaIo : IDisposable
{
    /// <summary>A datagram that is longer is no packet of a call.</summary>
    public const int DatagramBytes = 2048;

    /// <summary>Its name, for the log.</summary>
    public abstract string Name { get; }

    /// <summary>Datagrams that the kernel took.</summary>
    public long Sent { get; protected set; }

    /// <summary>Datagrams that the kernel refused to send.</summary>
    public long Refused { get; protected set; }

    /// <summary>From now on what arrives by this socket is told.</summary>
    /// <exception cref="InvalidOperationException">The system has no memory for it.</exception>
    public abstract void Add(RelayStream stream);

    /// <summary>Nothing of this socket is told any more. To be called before it is closed.</summary>
    /// <returns>True: it can be closed. False: once <see cref="IMediaIoUser.Removed"/> was called.</returns>
    public abstract bool Remove(RelayStream stream);

    /// <summary>Sends the datagram that is being handed over to where the stream says; not necessarily before this returns.</summary>
    public abstract void Send(RelayStream stream, ReadOnlySpan<byte> datagram);

    /// <summary>Waits until something has arrived, or it is woken, and hands over what is there.</summary>
    /// <param name="milliseconds">At most so long; -1: without limit.</param>
    /// <returns>True when it was woken.</returns>
    /// <exception cref="InvalidOperationException">The wait itself failed: a bug.</exception>
    public abstract bool Wait(int milliseconds);

    public abstract void Dispose();
}
