using System.Text;

namespace EdgePbx.Core;

/// <summary>One place where an extension can be reached until it expires (RFC 3261 10). Never changed, only replaced.</summary>
public sealed class Binding
{
    private byte[]? _contactBytes;

    /// <summary>The URI as it was registered, without angle brackets.</summary>
    public required string Contact { get; init; }

    /// <summary>Where the REGISTER came from; requests go back that way, since the contact's own address may be behind a NAT.</summary>
    public required SipFlow Flow { get; init; }

    public required Instant ExpiresAt { get; init; }

    /// <summary>For how long it was granted when it was last refreshed.</summary>
    public required TimeSpan Granted { get; init; }

    public required string CallId { get; init; }

    public required uint CSeq { get; init; }

    /// <summary>0 to 1; a higher one is preferred (RFC 3261 20.10).</summary>
    public double Q { get; init; } = 1;

    /// <summary>Empty if the phone did not say.</summary>
    public string UserAgent { get; init; } = "";

    /// <summary>+sip.instance without its quotes: the phone itself, whatever its address (RFC 5626 4.1). Empty if there is none.</summary>
    public string InstanceId { get; init; } = "";

    /// <summary>Which of its flows this is (RFC 5626 4.2). 0 if it did not say.</summary>
    public uint RegId { get; init; }

    /// <summary>It was registered through a proxy, and the contact is where the phone itself is.</summary>
    public bool IsBehindProxy { get; init; }

    /// <summary>Later refreshes have higher numbers.</summary>
    internal long Order { get; init; }

    internal ReadOnlySpan<byte> ContactBytes => _contactBytes ??= Encoding.UTF8.GetBytes(Contact);

    /// <summary>The same place, to which a new connection must be opened.</summary>
    internal Binding WithoutConnection() => new()
    {
        Contact = Contact, Flow = Flow with { Connection = 0 }, ExpiresAt = ExpiresAt, Granted = Granted, CallId = CallId,
        CSeq = CSeq, Q = Q, UserAgent = UserAgent, InstanceId = InstanceId, RegId = RegId, IsBehindProxy = IsBehindProxy, Order = Order,
    };

    /// <summary>
    /// As it is after a restart: its connection is gone, and how much of its time is left nobody knows, so it gets all of it. Nor is
    /// its Call-ID: the phone may have lost its power too and count from one again, and a replay fails at its nonce.
    /// </summary>
    internal Binding Restored(Instant now, TimeSpan granted, long order) => new()
    {
        Contact = Contact, Flow = Flow with { Connection = 0 }, ExpiresAt = now + granted, Granted = granted, CallId = "", CSeq = 0,
        Q = Q, UserAgent = UserAgent, InstanceId = InstanceId, RegId = RegId, IsBehindProxy = IsBehindProxy, Order = order,
    };

    /// <summary>That of the same phone, told by its +sip.instance or else by its Contact; null: it has none any more.</summary>
    internal Binding? FindAmong(IReadOnlyList<Binding> bindings)
    {
        foreach (Binding other in bindings)
        {
            if ((InstanceId.Length > 0 && InstanceId == other.InstanceId && RegId == other.RegId) || SipUri.AreEqual(ContactBytes, other.ContactBytes))
            {
                return other;
            }
        }
        return null;
    }

    public bool IsLiveAt(Instant now) => ExpiresAt > now;

    /// <summary>Keeps the contact out of logs.</summary>
    public override string ToString() => $"binding by {Flow}";
}
