using System.Globalization;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>The status in words, for somebody who stands in front of the box.</summary>
internal static class StatusTable
{
    public static void Write(TextWriter output, StatusDocument status)
    {
        output.WriteLine($"EdgePbx {status.Version}, running for {Duration(status.UptimeSeconds)}{(status.Ready ? "" : $"; NOT READY, the self-test is: {status.SelfTest}")}");
        output.WriteLine();
        WriteConfiguration(output, status.Configuration);
        WriteCalls(output, status.Calls);
        WriteEnded(output, status.EndedCalls);
        output.WriteLine();
        WriteRegistrations(output, status.Registrations);
        if (status.RegistrationsUnkept)
        {
            output.WriteLine("  THEY ARE NOT KEPT: the medium is full, broken or too slow, and a power cut would forget them");
        }
        WriteBans(output, status.Bans);
        output.WriteLine();
        WriteGauges(output, status.Gauges);
        output.WriteLine();
        WriteMemory(output, status.Memory);
        output.WriteLine();
        WriteCounters(output, status);
        output.WriteLine();
        WriteWrites(output, status.Writes);
        WriteLeftovers(output, status.Leftovers);
    }

    /// <summary>What was not at its baseline 70 s after a call, until somebody acknowledges it.</summary>
    public static void WriteLeftovers(TextWriter output, IReadOnlyList<LeftoverSnapshot> leftovers)
    {
        if (leftovers.Count > 0)
        {
            output.WriteLine();
            output.WriteLine("LEFT BEHIND, and released 70 s later (edgepbx audit --acknowledge when you have seen it):");
        }
        foreach (LeftoverSnapshot one in leftovers)
        {
            output.WriteLine($"  {one.Count} {one.Gauge} of {one.Owner}, {Duration(one.SecondsAgo)} ago");
        }
    }

    /// <summary>Who is not heard, or slowed, and for how long.</summary>
    public static void WriteBans(TextWriter output, IReadOnlyList<BanSnapshot> bans)
    {
        foreach (BanSnapshot one in bans)
        {
            string what = one.Extension.Length == 0 ? "nothing is heard" : $"{Plain(one.Extension)} is {one.State}";
            output.WriteLine($"  from {one.Source,-24} {what} for another {Duration(one.SecondsLeft)}: {one.Reason} (edgepbx bans --clear {one.Source})");
        }
    }

    private static void WriteConfiguration(TextWriter output, ConfigurationSnapshot configuration)
    {
        if (configuration.Problems.Count > 0)
        {
            output.WriteLine(configuration.LastGoodUsed
                ? "THE CONFIGURATION CAN'T BE USED, the last one that worked is in force:"
                : "THE CONFIGURATION HAS BEEN CHANGED AND CAN'T BE USED, the one before is in force:");
            foreach (string problem in configuration.Problems)
            {
                output.WriteLine($"  {Plain(problem)}");
            }
            output.WriteLine();
        }
        if (configuration.AwaitsRestart.Count > 0)
        {
            output.WriteLine($"Changed, and not in force before EdgePbx is started anew: {string.Join(", ", configuration.AwaitsRestart)}.");
            output.WriteLine();
        }
    }

    private static void WriteEnded(TextWriter output, IReadOnlyList<EndedCallSnapshot> calls)
    {
        if (calls.Count > 0)
        {
            output.WriteLine();
            output.WriteLine("Last calls:");
        }
        foreach (EndedCallSnapshot call in calls.Take(10))
        {
            string talked = call.SecondsTalked is { } seconds ? $"talked for {Duration(seconds)}" : "not answered";
            output.WriteLine($"  {call.From} to {call.To}, {talked}, ended {Duration(call.SecondsAgo)} ago: {call.Reason}{(call.Clean ? "" : " - UNCLEAN")}");
        }
    }

    private static void WriteCalls(TextWriter output, IReadOnlyList<CallSnapshot> calls)
    {
        output.WriteLine(calls.Count == 0 ? "No calls." : $"Calls: {calls.Count}");
        foreach (CallSnapshot call in calls)
        {
            string parties = $"{Plain(call.From)} calls {Plain(call.To)}";
            output.WriteLine($"  {parties}: {Word(call.State)}, since {Duration(call.Seconds)} [{call.Call}]");
            foreach (LegSnapshot leg in call.Legs)
            {
                string codec = leg.Codec.Length == 0 ? "" : $", {Plain(leg.Codec)}";
                output.WriteLine($"    {Word(leg.Role),-8} {leg.RemoteAddress}, {Word(leg.State)}{codec}");
                WriteMedia(output, leg.Media);
                WriteTimer(output, leg.SessionTimer);
            }
        }
    }

    private static void WriteRegistrations(TextWriter output, IReadOnlyList<RegistrationSnapshot> registrations)
    {
        output.WriteLine(registrations.Count == 0 ? "No phone is registered." : $"Registered phones: {registrations.Count}");
        foreach (RegistrationSnapshot one in registrations)
        {
            string agent = one.UserAgent.Length == 0 ? "" : $"  {Plain(one.UserAgent)}";
            output.WriteLine($"  {one.Extension,-8} at {one.Source,-24} for another {Duration(one.SecondsToExpiry)}{agent}");
        }
    }

    private static void WriteGauges(TextWriter output, GaugeSnapshot gauges)
    {
        output.WriteLine("In use now (all 0 some 70 s after the last call):");
        Row(output, "calls", gauges.Calls);
        Row(output, "legs", gauges.Legs);
        Row(output, "dialogs", gauges.Dialogs);
        Row(output, "transactions", gauges.ClientTransactions + gauges.ServerTransactions);
        Row(output, "session timers", gauges.TimersSession);
        Row(output, "ring timers", gauges.TimersRing);
        Row(output, "transaction timers", gauges.TimersTransaction);
        Row(output, "media paths", gauges.RelayPaths);
        Row(output, "media ports", gauges.PortsInUse);
        Row(output, "media ports in quarantine", gauges.PortsQuarantined);
        Row(output, "recordings", gauges.Recordings);
        Row(output, "recordings being closed", gauges.RecordingsClosing);
        Row(output, "message buffers", gauges.PacketBuffersRented);
        Row(output, "TCP connections", gauges.TcpConnections);
        Row(output, "refuses new requests (1: yes)", gauges.Overload);
    }

    private static void WriteMemory(TextWriter output, MemorySnapshot memory)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Remembered, for half a minute, within a budget of {memory.BudgetBytes >> 20} MiB:"));
        Row(output, "requests of calls", memory.CallRequests, memory.CallRequestLimit);
        Row(output, "registrations", memory.RegisterRequests, memory.RegisterRequestLimit);
        Row(output, "bytes of messages", memory.MessageBytes, memory.MessageByteLimit);
    }

    private static void WriteCounters(TextWriter output, StatusDocument status)
    {
        CounterSnapshot counters = status.Counters;
        output.WriteLine("Since the start:");
        Row(output, "calls set up", counters.CallsSetUp);
        Row(output, "calls answered", counters.CallsEstablished);
        Row(output, "calls ended and cleaned up", counters.CallsReleased);
        Row(output, "clean-ups overdue", counters.CleanupsOverdue);
        Row(output, "calls unclean", counters.CallsUnclean);
        Row(output, "things reconciled", counters.ThingsReconciled);
        Row(output, "calls ended by a fault of ours", counters.CallsFaulted);
        Row(output, "calls refused, no media ports", counters.CallsRefusedNoPorts);
        Row(output, "calls refused, too many calls", counters.CallsRefusedTableFull);
        Row(output, "requests refused, had its share", counters.RequestsRefusedShare);
        Row(output, "requests refused, overload", counters.RequestsRefusedOverload);
        Row(output, "datagrams of strangers dropped", counters.DatagramsDroppedStrangers);
        Row(output, "answers to strangers withheld", counters.AnswersWithheld);
        Row(output, "sessions refreshed", counters.SessionsRefreshed);
        Row(output, "sessions expired", counters.SessionsExpired);
        Row(output, "registrations accepted", counters.RegistersAccepted);
        Row(output, "registrations rejected", counters.RegistersRejected);
        Row(output, "wrong credentials", counters.CredentialsRefused);
        Row(output, "requests of guessers unheard", counters.CredentialsWithheld);
        Row(output, "messages received", counters.MessagesReceived);
        Row(output, "messages sent", counters.MessagesSent);
        Row(output, "messages malformed", counters.MessagesMalformed);
        Row(output, "repeated INVITEs absorbed", counters.InviteRetransmissionsAbsorbed);
        Row(output, "one-way audio", counters.OneWayAudio);
        Row(output, "media packets forwarded", counters.RelayPacketsForwarded);
        Row(output, "media packets dropped", counters.RelayPacketsDropped);
        Row(output, "bytes taken by the relay", counters.RelayBytesAllocated);
        Row(output, "recordings started", counters.RecordingsStarted);
        Row(output, "recordings failed or refused", counters.RecordingsFailed);
        Row(output, "recording packets missed", counters.RecordingPacketsDropped);
        Row(output, "call records written", counters.CallRecordsWritten);
        Row(output, "call records lost", counters.CallRecordsDropped);
        Row(output, "log lines dropped", counters.LogLinesDropped);
        Row(output, "UDP send errors", status.Transport.UdpSendErrors);
        Row(output, "TCP connections that failed", status.Transport.TcpConnectsFailed);
        Row(output, "TCP connections too many", status.Transport.TcpEvicted);
        Row(output, "TCP connections refused", status.Transport.TcpRefused);
        Row(output, "TCP connections stalled", status.Transport.TcpStalled);
        Row(output, "TCP connections unreadable", status.Transport.TcpUnframed);
    }

    private static void WriteWrites(TextWriter output, WritesSnapshot writes)
    {
        output.WriteLine("Written to the medium, in bytes:");
        output.WriteLine($"  {"",-32}{"since the start",16}{"last 24 h",12}{"budget a day",14}{"times synced",14}");
        foreach ((string cause, WriteSnapshot one) in writes.All())
        {
            string budget = one.BudgetBytesADay == 0 ? "-" : one.BudgetBytesADay.ToString(CultureInfo.InvariantCulture);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {cause,-32}{one.Bytes,16}{one.BytesLastDay,12}{budget,14}{one.Syncs,14}"));
        }
    }

    private static void Row(TextWriter output, string what, long number) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what,-32}{number,10}"));

    private static void Row(TextWriter output, string what, long number, long limit) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what,-32}{number,10} of {limit}"));

    private static void WriteMedia(TextWriter output, MediaRecord? media)
    {
        if (media is not null)
        {
            string trip = media.RoundTripMs is { } milliseconds ? string.Create(CultureInfo.InvariantCulture, $", {milliseconds:0} ms away and back") : "";
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"      hears {CallQuality.Word(media.Score)} of 4.5; sent {media.Received} packets, {media.Lost} lost, jitter up to {media.JitterMs:0} ms{trip}"));
        }
    }

    private static void WriteTimer(TextWriter output, SessionTimerSnapshot? timer)
    {
        if (timer is null)
        {
            return;
        }
        string who = timer.Refresher == "us" ? $"we refresh by {timer.Method}" : "the phone refreshes";
        string next = timer.SecondsToRefresh is { } left ? $" in {Duration(left)}" : "";
        string expiry = timer.SecondsToExpiry is { } end ? $", ends in {Duration(end)} without" : "";
        output.WriteLine(
            $"      session {timer.IntervalSeconds} s, {who}{next}{expiry}; last: {Plain(timer.LastResult)}, {Duration(timer.SecondsSinceLastResult)} ago");
    }

    // what phones say of themselves must not reach the terminal's control sequences
    private static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));

    private static string Word(string state) => state.ToLowerInvariant();

    /// <summary>The two largest units that matter: 45 s, 3 min 5 s, 2 h 10 min, 3 d 4 h.</summary>
    internal static string Duration(double seconds)
    {
        long s = (long)Math.Max(0, Math.Min(seconds, int.MaxValue));
        return s switch
        {
            < 60 => $"{s} s",
            < 3600 => $"{s / 60} min {s % 60} s",
            < 86400 => $"{s / 3600} h {s % 3600 / 60} min",
            _ => $"{s / 86400} d {s % 86400 / 3600} h",
        };
    }
}
