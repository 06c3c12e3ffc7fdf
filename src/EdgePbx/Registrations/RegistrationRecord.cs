using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>
/// The bindings of one extension as the journal keeps them, one line of JSON. Names and meanings are a contract, since backups hold
/// them too: fields are added, never changed.
/// </summary>
internal static class RegistrationRecord
{
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
                json.WriteString("contact"u8, binding.Contact);
                json.WriteString("from"u8, new ListenUrl(binding.Flow.Transport, binding.Flow.Remote).ToString());
                json.WriteString("at"u8, binding.Flow.Local.IsNone ? "" : new ListenUrl(binding.Flow.Transport, binding.Flow.Local).ToString());
                json.WriteNumber("seconds"u8, (long)binding.Granted.TotalSeconds);
                json.WriteNumber("q"u8, binding.Q);
                json.WriteString("user_agent"u8, binding.UserAgent);
                json.WriteString("instance"u8, binding.InstanceId);
                json.WriteNumber("reg_id"u8, binding.RegId);
                if (binding.IsBehindProxy)
                {
                    json.WriteBoolean("proxied"u8, true);
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return bytes.ToArray();
    }

    /// <summary>False: it is none. Fields of a later version are passed over.</summary>
    /// <param name="listening">What is listened on now; the socket that the phone came by may have another place in it, or be gone.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, IReadOnlyList<ListenUrl> listening, out IReadOnlyList<Binding> bindings)
    {
        List<Binding> read = [];
        bindings = read;
        var json = new Utf8JsonReader(text);
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartArray)
            {
                return false;
            }
            while (json.Read() && json.TokenType == JsonTokenType.StartObject)
            {
                if (!TryReadOne(ref json, listening, out Binding? binding))
                {
                    return false;
                }
                read.Add(binding);
            }
            return json.TokenType == JsonTokenType.EndArray && !json.Read();
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    private static bool TryReadOne(ref Utf8JsonReader json, IReadOnlyList<ListenUrl> listening, [NotNullWhen(true)] out Binding? binding)
    {
        string? contact = null, from = null, at = null, userAgent = null, instance = null;
        uint? seconds = null, regId = null;
        double? q = null;
        bool isBehindProxy = false; // not said by former versions
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!;
            _ = json.Read();
            switch (name)
            {
                case "contact": contact = json.GetString(); break;
                case "from": from = json.GetString(); break;
                case "at": at = json.GetString(); break;
                case "seconds": seconds = json.GetUInt32(); break;
                case "q": q = json.GetDouble(); break;
                case "user_agent": userAgent = json.GetString(); break;
                case "instance": instance = json.GetString(); break;
                case "reg_id": regId = json.GetUInt32(); break;
                case "proxied": isBehindProxy = json.GetBoolean(); break;
                default: json.Skip(); break;
            }
        }
        binding = null;
        if (contact is null || userAgent is null || instance is null || seconds is not { } granted || regId is not { } flow || q is not { } preference
            || at is null || !ListenUrl.TryParse(from ?? "", out ListenUrl remote, out _))
        {
            return false;
        }
        _ = ListenUrl.TryParse(at, out ListenUrl local, out _);
        binding = new Binding
        {
            Contact = contact,
            Flow = new SipFlow(remote.Transport, remote.Endpoint, local.Endpoint, ListenerOf(local, listening), Connection: 0),
            ExpiresAt = default,
            Granted = TimeSpan.FromSeconds(granted),
            CallId = "",
            CSeq = 0,
            Q = preference,
            UserAgent = userAgent,
            InstanceId = instance,
            RegId = flow,
            IsBehindProxy = isBehindProxy,
        };
        return true;
    }

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
