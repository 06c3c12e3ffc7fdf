namespace EdgePbx.Core;

/// <summary>
/// Which requests were refused a short while ago, so that a copy of one is refused again (RFC 3261 8.2.7) although there
/// is room by then: its sender has given it up, and would get a call that it no longer wants. Fixed in size; the newest win.
/// </summary>
internal sealed class RefusedRequests
{
    private const int Slots = 1024;
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(32); // 64*T1: no copy comes later (RFC 3261 17.1.1.2)
    private readonly (ulong Name, Instant Until)[] _names = new (ulong, Instant)[Slots];

    /// <param name="name">What <see cref="StatelessTags.NameOf"/> makes of the request.</param>
    public bool Contains(Instant now, ulong name) => _names[name % Slots] is var (known, until) && known == name && now < until;

    public void Add(Instant now, ulong name) => _names[name % Slots] = (name, now + Life);
}
