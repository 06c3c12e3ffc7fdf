using System.Text.Json;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>
/// The bindings of one extension as the journal keeps them, one line of JSON. Names and meanings are a contract, since backups hold
/// them too: fields are added, never changed.
/// </summary>
internal static class RegistrationRecord
{
    private static readonly JsonEncodedText
        Contact = JsonEncodedText.Encode("contact"), From = JsonEncodedText.Encode("from"), At = JsonEncodedText.Encode("at"),
        Seconds = JsonEncodedText.Encode("seconds"), Q = JsonEncodedText.Encode("q"), UserAgent = JsonEncodedText.Encode("user_agent"),
        Instance = JsonEncodedText.Encode("instance"), RegId = JsonEncodedText.Encode("reg_id");

    /// <summary>Empty when there are none.</summary>
    public static byte[] Write(IReadOnlyList<Binding> bindings)
    {
        if (bindings.Count == 0)
        {
            return [];
        }
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            foreach (Binding binding in bindings)
            {
                json.WriteStartObject();
                json.WriteString(Contact, binding.Contact);
                json.WriteString(From, new ListenUrl(binding.Flow.Transport, binding.Flow.Remote).ToString());
                json.WriteString(At, binding.Flow.Local.IsNone ? "" : new ListenUrl(binding.Flow.Transport, binding.Flow.Local).ToString());
                json.WriteNumber(Seconds, (long)binding.Granted.TotalSeconds);
                json.WriteNumber(Q, binding.Q);
                json.WriteString(UserAgent, binding.UserAgent);
                json.WriteString(Instance, binding.InstanceId);
                json.WriteNumber(RegId, binding.RegId);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return bytes.ToArray();
    }

    /// <summary>False: it is none.</summary>
    /// <param name="listening">What is listened on now; the socket that the phone came by may have another place in it, or be gone.</param>
    public static bool TryRead(ReadOnlyMemory<byte> text, IReadOnlyList<ListenUrl> listening, out IReadOnlyList<Binding> bindings)
    {
        List<Binding> read = [];
        bindings = read;
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            foreach (JsonElement one in json.RootElement.EnumerateArray())
            {
                if (!ListenUrl.TryParse(Text(one, From), out ListenUrl from, out _))
                {
                    return false;
                }
                _ = ListenUrl.TryParse(Text(one, At), out ListenUrl at, out _);
                read.Add(new Binding
                {
                    Contact = Text(one, Contact),
                    Flow = new SipFlow(from.Transport, from.Endpoint, at.Endpoint, ListenerOf(at, listening), Connection: 0),
                    ExpiresAt = default,
                    Granted = TimeSpan.FromSeconds(one.GetProperty(Seconds.Value).GetUInt32()),
                    CallId = "",
                    CSeq = 0,
                    Q = one.GetProperty(Q.Value).GetDouble(),
                    UserAgent = Text(one, UserAgent),
                    InstanceId = Text(one, Instance),
                    RegId = one.GetProperty(RegId.Value).GetUInt32(),
                });
            }
            return true;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return false;
        }
    }

    private static string Text(JsonElement one, JsonEncodedText name) => one.GetProperty(name.Value).GetString() ?? "";

    /// <summary>0: whichever fits the address.</summary>
    private static ushort ListenerOf(in ListenUrl at, IReadOnlyList<ListenUrl> listening)
    {
        for (int i = 0; i < listening.Count; i++)
        {
            if (listening[i] == at)
            {
                return (ushort)(i + 1);
            }
        }
        return 0;
    }
}
