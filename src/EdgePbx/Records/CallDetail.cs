using System.Text.Json;
using System.Text.Json.Serialization;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>One line of the record file. Names and meanings are a contract (ADR 9): fields are added, never changed.</summary>
internal sealed record CallDetail : IRecordLine
{
    /// <summary>The same in all processes: when this one started, and the call's key in it.</summary>
    public string Id { get; init; } = "";

    /// <summary>A line with the same id and a higher revision takes the place of the former.</summary>
    public int Revision { get; init; } = 1;

    /// <summary>More than 1: so many calls of the caller that nobody answered, within a minute; the last of them is shown.</summary>
    public int Times { get; init; } = 1;
    public string Call { get; init; } = "";
    public string CallId { get; init; } = "";
    public string B2buaCallId { get; init; } = "";
    public DateTime Start { get; init; }
    public DateTime? Answer { get; init; }
    public DateTime End { get; init; }

    /// <summary>False: nobody vouches for the three moments above, as on a board without a clock that has not been told the time yet.</summary>
    public bool ClockSynchronised { get; init; }

    /// <summary>From the INVITE, and from the answer, by a clock that nobody sets.</summary>
    public double Seconds { get; init; }
    public double? SecondsTalked { get; init; }
    public string EndedBy { get; init; } = "";
    public string EndCode { get; init; } = "";
    public string EndReason { get; init; } = "";
    public required LegRecord Caller { get; init; }
    public required LegRecord Callee { get; init; }
    public bool Clean { get; init; }
    public string Left { get; init; } = "";
    public required ByKind<ReceiptCount> Receipt { get; init; }

    /// <param name="record">What the engine says.</param>
    /// <param name="started">Of this process, for the id.</param>
    /// <param name="now">Now by the engine's clock,</param>
    /// <param name="utc">and by the one on the wall.</param>
    /// <param name="isSynchronised">Whether that one is right.</param>
    public static CallDetail From(CallRecord record, DateTimeOffset started, Instant now, DateTimeOffset utc, bool isSynchronised)
    {
        return new CallDetail
        {
            Id = IdOf(started, record.Call),
            Revision = record.Revision,
            Times = record.Times,
            Call = record.Call,
            CallId = record.CallId,
            B2buaCallId = record.B2buaCallId,
            Start = OnTheWall(record.Started),
            Answer = record.Answered is { } answered ? OnTheWall(answered) : null,
            End = OnTheWall(record.Ended),
            ClockSynchronised = isSynchronised,
            Seconds = Rounded(record.Ended - record.Started),
            SecondsTalked = record.Answered is { } from ? Rounded(record.Ended - from) : null,
            EndedBy = record.EndedBy,
            EndCode = record.EndCode,
            EndReason = record.EndReason,
            Caller = record.Caller,
            Callee = record.Callee,
            Clean = record.IsClean,
            Left = record.Left,
            Receipt = record.Receipt,
        };

        DateTime OnTheWall(Instant moment)
        {
            long ticks = (utc - (now - moment)).UtcDateTime.Ticks;
            return new DateTime(ticks - (ticks % TimeSpan.TicksPerMillisecond), DateTimeKind.Utc);
        }
    }

    /// <param name="started">When this process did.</param>
    /// <param name="call">The call's key in it.</param>
    public static string IdOf(DateTimeOffset started, string call) => $"{started.ToUnixTimeMilliseconds()}-{call}";

    public void WriteTo(Utf8JsonWriter json) => JsonSerializer.Serialize(json, this, CallDetailJson.Default.CallDetail);

    private static double Rounded(TimeSpan span) => Math.Round(span.TotalSeconds, 3);
}

/// <summary>Its JSON, generated at compile time: one line.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(CallDetail))]
internal sealed partial class CallDetailJson : JsonSerializerContext;
