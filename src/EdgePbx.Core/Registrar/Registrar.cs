using System.Globalization;
using System.Text;

namespace EdgePbx.Core;

/// <summary>Carries out REGISTER requests, each completely or not at all (RFC 3261 10.3).</summary>
public sealed class Registrar(LocationService location)
{
    /// <summary>Contacts in one request; more can't all be kept, and would cost time.</summary>
    internal const int ContactsPerRequest = 2 * SipLimits.BindingsPerAddress;

    private long _order;

    /// <summary>Asked before an extension's bindings change; false: too soon, and nothing changes. Null: they always may.</summary>
    internal Func<Instant, string, IReadOnlyList<Binding>, bool>? MayChange { get; init; }

    /// <summary>Less than this gets 423.</summary>
    public TimeSpan MinimumExpires { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Nobody gets more than this.</summary>
    public TimeSpan MaximumExpires { get; init; } = TimeSpan.FromSeconds(3600);

    /// <summary>Steps 2 and 4 to 7. Step 3 is done: the request is from <paramref name="user"/>.</summary>
    /// <param name="source">Kept with the bindings: how to reach the phone through its NAT.</param>
    public RegisterResult Handle(Instant now, SipMessage request, in SipFlow source, ExtensionSettings user)
    {
        string unsupported = RequiredOptions(request);
        if (unsupported.Length > 0)
        {
            return Refuse(now, user, 420, "Bad Extension") with { Unsupported = unsupported };
        }
        if (!IsOwnAddress(request, user))
        {
            return Refuse(now, user, 403, "Not Your Address-of-Record");
        }
        if (request.CallId.Length > ContactRequest.LongestText)
        {
            return Refuse(now, user, 400, "Call-ID Too Long");
        }
        HeaderValues contacts = request.Values(HeaderName.Contact);
        return !request.Has(HeaderName.Contact) ? new RegisterResult(200, Changed: false, location.Find(user.Number, now).Count)
            : !contacts.MoveNext() ? Refuse(now, user, 400, "Empty Contact") // it would believe that it is registered
            : contacts.Current is [(byte)'*', ..] ? RemoveAll(now, request, contacts, user)
            : Apply(now, request, source, user);
    }

    /// <summary>What the response has besides the headers of every response: Contact, Min-Expires or Unsupported.</summary>
    /// <param name="bindings">Of the extension, as the request left them.</param>
    public void WriteResponseHeaders(ref SipWriter writer, Instant now, in RegisterResult result, IReadOnlyList<Binding> bindings)
    {
        if (result.IsAccepted)
        {
            foreach (Binding binding in bindings.Where(binding => binding.IsLiveAt(now))) // the answer may have been held back
            {
                WriteContact(ref writer, now, binding);
            }
        }
        if (result.RetryAfter > TimeSpan.Zero)
        {
            writer.Header(HeaderName.RetryAfter, Seconds(result.RetryAfter));
        }
        if (result.Status == 423)
        {
            writer.Header(HeaderName.MinExpires, Seconds(result.MinimumExpires));
        }
        if (result.Status == 420)
        {
            writer.BeginHeader(HeaderName.Unsupported);
            writer.Raw(result.Unsupported);
            writer.EndHeader();
        }
    }

    private RegisterResult RemoveAll(Instant now, SipMessage request, HeaderValues contacts, ExtensionSettings user)
    {
        bool isAlone = contacts.Current.Length == 1 && !contacts.MoveNext();
        if (!isAlone || !request.TryGetUInt32(HeaderName.Expires, out uint expires) || expires != 0)
        {
            return Refuse(now, user, 400, "Wildcard Contact Not Alone Or Without Expires: 0");
        }
        var bindings = new TentativeBindings(request, location.Find(user.Number, now), now);
        return bindings.TryRemoveAll() ? Commit(now, user, bindings, default) : Refuse(now, user, 500, "Out Of Order");
    }

    private RegisterResult Apply(Instant now, SipMessage request, in SipFlow source, ExtensionSettings user)
    {
        var bindings = new TentativeBindings(request, location.Find(user.Number, now), now);
        string userAgent = UserAgentOf(request);
        uint expires = request.TryGetUInt32(HeaderName.Expires, out uint seconds) ? seconds : ContactRequest.DefaultExpires;
        TimeSpan granted = default;
        int count = 0;
        bool isInName = false;
        foreach (ReadOnlySpan<byte> value in request.Values(HeaderName.Contact))
        {
            isInName = ContactRequest.IsPieceOfName(value) && ++count <= ContactsPerRequest;
            if (isInName)
            {
                continue;
            }
            if (!ContactRequest.TryParse(value, expires, out ContactRequest contact) || ++count > ContactsPerRequest)
            {
                return Refuse(now, user, 400, "Bad Contact");
            }
            var asked = TimeSpan.FromSeconds(contact.Expires);
            if (contact.Expires > 0 && asked < MinimumExpires)
            {
                return Refuse(now, user, 423, "Interval Too Brief") with { MinimumExpires = MinimumExpires };
            }
            granted = asked < MaximumExpires ? asked : MaximumExpires;
            Binding? binding = contact.Expires == 0 ? null : NewBinding(request, contact, source, userAgent, now, granted);
            if (!bindings.TryApply(contact, binding))
            {
                return Refuse(now, user, 500, "Out Of Order");
            }
        }
        if (isInName)
        {
            return Refuse(now, user, 400, "Bad Contact");
        }
        return bindings.TryFit(SipLimits.BindingsPerAddress, userAgent)
            ? Commit(now, user, bindings, granted)
            : Refuse(now, user, 503, "Too Many Contacts");
    }

    private Binding NewBinding(
        SipMessage request, in ContactRequest contact, in SipFlow source, string userAgent, Instant now, TimeSpan granted) => new()
        {
            Contact = Encoding.UTF8.GetString(contact.Uri),
            Flow = source,
            ExpiresAt = now + granted,
            Granted = granted,
            CallId = Encoding.UTF8.GetString(request.CallId),
            CSeq = request.CSeqNumber,
            Q = contact.Q,
            UserAgent = userAgent,
            InstanceId = Encoding.ASCII.GetString(contact.InstanceId),
            RegId = contact.RegId,
            IsBehindProxy = ProxiedContact.IsIn(request),
            Order = _order++,
        };

    private RegisterResult Commit(Instant now, ExtensionSettings user, TentativeBindings bindings, TimeSpan granted)
    {
        Binding[] all = bindings.ToArray();
        if (MayChange?.Invoke(now, user.Number, all) == false)
        {
            return Refuse(now, user, 503, "Too Many Changes") with { RetryAfter = AccountTable.ChangePause };
        }
        location.Replace(user.Number, all);
        return new RegisterResult(200, Changed: true, all.Length) { Granted = granted };
    }

    private RegisterResult Refuse(Instant now, ExtensionSettings user, int status, string reason) =>
        new(status, Changed: false, location.Find(user.Number, now).Count) { Reason = reason };

    /// <summary>We have no extension that a registration could need, so whatever is required is too much (RFC 3261 8.2.2.3).</summary>
    private static string RequiredOptions(SipMessage request)
    {
        var options = new StringBuilder();
        foreach (ReadOnlySpan<byte> option in request.Values(HeaderName.Require))
        {
            _ = options.Append(options.Length == 0 ? "" : ", ").Append(Encoding.UTF8.GetString(option));
        }
        return options.ToString();
    }

    /// <summary>Step 5's canonical form: the user without escapes. Every host is ours.</summary>
    private static bool IsOwnAddress(SipMessage request, ExtensionSettings user)
    {
        Span<byte> name = stackalloc byte[ContactRequest.LongestText];
        if (!NameAddress.TryParse(request.First(HeaderName.To), out NameAddress to)
            || !SipUri.TryParse(to.Uri, out SipUri uri) || !uri.IsSip)
        {
            return false;
        }
        int length = uri.UnescapeUser(name);
        return length >= 0 && Ascii.Equals(name[..length], user.Number);
    }

    private static string UserAgentOf(SipMessage request)
    {
        ReadOnlySpan<byte> text = request.First(HeaderName.UserAgent);
        return Encoding.UTF8.GetString(text[..Math.Min(text.Length, ContactRequest.LongestText)]);
    }

    private static void WriteContact(ref SipWriter writer, Instant now, Binding binding)
    {
        writer.BeginHeader(HeaderName.Contact);
        writer.Raw("<"u8);
        writer.Raw(binding.ContactBytes);
        writer.Raw(">;expires="u8);
        writer.Raw(Seconds(binding.ExpiresAt - now));
        if (binding.Q < 1)
        {
            writer.Raw(";q="u8);
            writer.Raw(binding.Q.ToString("0.###", CultureInfo.InvariantCulture));
        }
        if (binding.InstanceId.Length > 0)
        {
            writer.Raw(";+sip.instance=\""u8);
            writer.Raw(binding.InstanceId);
            writer.Raw("\""u8);
        }
        if (binding.RegId > 0)
        {
            writer.Raw(";reg-id="u8);
            writer.Raw(binding.RegId);
        }
        writer.EndHeader();
    }

    /// <summary>Rounded up, so that what is alive never has 0.</summary>
    private static uint Seconds(TimeSpan time) => (uint)Math.Ceiling(time.TotalSeconds);
}
