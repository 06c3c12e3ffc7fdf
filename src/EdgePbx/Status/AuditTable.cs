using System.Globalization;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>The audit in words.</summary>
internal static class AuditTable
{
    public static void Write(TextWriter output, AuditDocument audit)
    {
        AuditCalls calls = audit.Calls;
        output.WriteLine($"EdgePbx {audit.Version}, audited since its start {StatusTable.Duration(audit.UptimeSeconds)} ago");
        output.WriteLine();
        Row(output, "calls set up", calls.SetUp);
        Row(output, "  answered", calls.Answered);
        Row(output, "  up now", calls.Up);
        Row(output, "  ended", calls.Ended);
        Row(output, "  ended by a fault of ours", calls.Faulted);
        Row(output, "unclean: not all given back", calls.Unclean);
        Row(output, "overdue: not within 5 s", calls.Overdue);
        Row(output, "released by the reconciler", calls.ThingsReconciled);
        Row(output, "call records written", calls.RecordsWritten);
        Row(output, "call records lost", calls.RecordsDropped);
        output.WriteLine();
        output.WriteLine($"  {"taken by calls",-24}{"opened",12}{"closed",12}{"held now",12}");
        foreach ((string kind, AuditCount count) in audit.Kinds.All())
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {kind,-24}{count.Opened,12}{count.Closed,12}{count.Held,12}"));
        }
        WriteUnclean(output, audit);
        StatusTable.WriteLeftovers(output, audit.Leftovers);
        output.WriteLine();
        output.WriteLine(audit.IsFine ? "Nothing is left behind that nobody has seen." : "Seen? edgepbx audit --acknowledge");
    }

    private static void WriteUnclean(TextWriter output, AuditDocument audit)
    {
        if (audit.UncleanCalls.Count > 0)
        {
            output.WriteLine();
            output.WriteLine("Calls that did not give everything back:");
        }
        foreach (EndedCallSnapshot call in audit.UncleanCalls)
        {
            output.WriteLine($"  {call.From} to {call.To}, {StatusTable.Duration(call.SecondsAgo)} ago: {call.Left} left [{call.Call}]");
        }
    }

    private static void Row(TextWriter output, string what, long number) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what,-32}{number,10}"));
}
