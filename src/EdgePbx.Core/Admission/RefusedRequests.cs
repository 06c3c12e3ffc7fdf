namespace EdgePbx.Core;

/// <summary>
/// Which requests were refused a short while ago, so that a copy of one is refused again (RFC 3261 8.2.7) although there
/// is room by then: its sender has given it up, and would get a call that it no longer wants. Fixed in size; the newest win.
/// </summary>
internal sealed class RefusedRequests
{
    private const int Slots = 1024;
    private readonly ulong[] _names = new ulong[Slots];

    /// <param name="name">What <see cref="StatelessTags.NameOf"/> makes of the request.</param>
    public bool Contains(ulong name) => _names[name % Slots] == name;

    public void Add(ulong name) => _names[name % Slots] = name;
}
