namespace EdgePbx;

/// <summary>Which way to the kernel the relay takes.</summary>
internal static class MediaIoChoice
{
    /// <summary>To be called by the relay thread, which alone may use what is returned.</summary>
    public static MediaIo Open(MediaIoKind kind, int streams, IMediaIoUser user, WakeSignal wake) =>
        (kind == MediaIoKind.Epoll ? null : UringIo.TryOpen(streams, user, wake, out _)) ?? (MediaIo)new EpollIo(streams, user, wake);
}
