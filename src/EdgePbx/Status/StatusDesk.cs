using System.Diagnostics;
using System.Text.Json;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>What is answered on the status socket, put together from all that can be asked. Belongs to the status thread.</summary>
internal sealed class StatusDesk(RunningPbx pbx, HostLamps lamps, EventLog log, WriteBudget writes, CallRecordWriter? records)
{
    /// <summary>When the process began, a <see cref="Stopwatch"/>'s time stamp.</summary>
    public required long StartedAt { get; init; }

    /// <summary>What the configuration is by now.</summary>
    public required Func<ConfigurationSnapshot> CurrentConfiguration { get; init; }

    /// <summary>Null: nobody knows yet.</summary>
    public required Func<Readiness?> CurrentReadiness { get; init; }

    /// <summary>Asks for the configuration to be read anew.</summary>
    public required Action Reload { get; init; }

    /// <returns>UTF-8 JSON; null: the signalling thread did not answer in time.</returns>
    public byte[]? Answer(StatusRequest request, TimeSpan patience)
    {
        if (request == StatusRequest.Leds)
        {
            return JsonSerializer.SerializeToUtf8Bytes(LedDocument.From(lamps.Look(), MonotonicClock.Now), LedJson.Default.LedDocument);
        }
        if (request == StatusRequest.Reload)
        {
            Reload(); // it takes its time; whoever asks sees from the status when it is done
        }
        if (request == StatusRequest.Acknowledge)
        {
            _ = pbx.TryPost(new SignallingCommand.Acknowledge()); // before the snapshot, in the same mailbox
        }
        if (request.Word == StatusWord.ClearBans)
        {
            _ = pbx.TryPost(new SignallingCommand.ClearBans(request.Source)); // as above
        }
        if (pbx.TakeSnapshot(patience) is not { } snapshot)
        {
            return null;
        }
        if (request.Word is StatusWord.Bans or StatusWord.ClearBans)
        {
            return JsonSerializer.SerializeToUtf8Bytes(BansDocument.From(snapshot.Pbx), BansJson.Default.BansDocument);
        }
        StatusDocument status = Describe(snapshot);
        return request.Word is StatusWord.Status or StatusWord.Reload
            ? JsonSerializer.SerializeToUtf8Bytes(status, StatusJson.Default.StatusDocument)
            : JsonSerializer.SerializeToUtf8Bytes(AuditDocument.From(status, snapshot.Pbx), AuditJson.Default.AuditDocument);
    }

    private StatusDocument Describe(SignallingSnapshot snapshot)
    {
        PbxSnapshot engine = snapshot.Pbx;
        Readiness? readiness = CurrentReadiness();
        return new StatusDocument
        {
            UptimeSeconds = Math.Round(Stopwatch.GetElapsedTime(StartedAt).TotalSeconds, 1),
            Version = ProductVersion.Version,
            ProcessId = Environment.ProcessId,
            Ready = readiness?.IsReady == true,
            SelfTest = readiness?.SelfTestState ?? Readiness.Running,
            Calls = engine.Calls,
            EndedCalls = engine.EndedCalls,
            Leftovers = engine.Leftovers,
            Bans = engine.Bans,
            Registrations = engine.Registrations,
            RegistrationsUnkept = engine.RegistrationsUnkept,
            Memory = engine.Memory,
            Gauges = engine.Gauges,
            Counters = engine.Counters with
            {
                LogLinesDropped = log.Dropped,
                CallRecordsWritten = records?.Written ?? 0,
                CallRecordsDropped = records?.Dropped ?? 0,
                // the runtime counts a collection of an older generation as one of each younger one too
                CollectionsGen0 = GC.CollectionCount(0) - GC.CollectionCount(1),
                CollectionsGen1 = GC.CollectionCount(1) - GC.CollectionCount(2),
                CollectionsGen2 = GC.CollectionCount(2),
                CollectionPauseMicroseconds = (long)GC.GetTotalPauseDuration().TotalMicroseconds,
            },
            Transport = snapshot.Transport,
            Configuration = CurrentConfiguration(),
            Writes = writes.Snapshot(),
        };
    }
}
