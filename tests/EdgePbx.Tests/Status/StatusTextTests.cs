using System.Text.Json;
using EdgePbx.Core;

namespace EdgePbx.Tests;

public class StatusTextTests
{
    [Fact]
    public void The_json_has_snake_case_names_in_fixed_sections()
    {
        string json = JsonSerializer.Serialize(StatusSocketTests.Example, StatusJson.Default.StatusDocument);

        using JsonDocument parsed = JsonDocument.Parse(json);
        Assert.Equal(
            ["uptime_seconds", "version", "process_id", "ready", "self_test", "calls", "ended_calls", "leftovers", "bans", "registrations", "registrations_unkept", "gauges", "memory", "counters", "transport",
                "configuration", "writes"],
            parsed.RootElement.EnumerateObject().Select(p => p.Name));
        JsonElement leg = parsed.RootElement.GetProperty("calls")[0].GetProperty("legs")[0];
        Assert.Equal("a@phone", leg.GetProperty("call_id").GetString());
        Assert.Equal(835, leg.GetProperty("session_timer").GetProperty("seconds_to_refresh").GetDouble());
        Assert.Equal(4, parsed.RootElement.GetProperty("gauges").GetProperty("ports_in_use").GetInt32());
        Assert.Equal(12, parsed.RootElement.GetProperty("counters").GetProperty("calls_set_up").GetInt64());
        Assert.Equal(1, parsed.RootElement.GetProperty("transport").GetProperty("tcp_stalled").GetInt64());
    }

    [Fact]
    public void A_technician_reads_words()
    {
        using var output = new StringWriter { NewLine = "\n" };

        StatusTable.Write(output, StatusSocketTests.Example);

        Assert.StartsWith(
            """
            EdgePbx 0.1.0, running for 3 h 12 min

            Calls: 1
              1001 calls 1002: established, since 1 min 5 s [7.3]
                caller   udp:192.0.2.5:5060, confirmed, PCMA
                  hears 4.4 of 4.5; sent 3000 packets, 12 lost, jitter up to 9 ms, 21 ms away and back
                  session 1800 s, we refresh by UPDATE in 13 min 55 s, ends in 28 min 23 s without; last: 200, 1 min 5 s ago
                callee   tcp:192.0.2.6:40000, confirmed

            Registered phones: 1
              1001     at udp:192.0.2.5:5060       for another 59 min 0 s  Phone?[2J 1

            In use now (all 0 some 70 s after the last call):
              calls                                    1

            """,
            output.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_idle_pbx_says_so()
    {
        using var output = new StringWriter { NewLine = "\n" };

        StatusTable.Write(output, new StatusDocument { Version = "0.1.0" });

        Assert.StartsWith("EdgePbx 0.1.0, running for 0 s\n\nNo calls.\n\nNo phone is registered.\n", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_ended_and_what_was_left_behind_is_said_in_sentences()
    {
        using var output = new StringWriter { NewLine = "\n" };

        StatusTable.Write(output, new StatusDocument
        {
            Version = "0.1.0",
            EndedCalls =
            [
                new EndedCallSnapshot { From = "1001", To = "1002", SecondsTalked = 65, SecondsAgo = 5, Reason = "1002 hung up", Clean = true },
                new EndedCallSnapshot { From = "1002", To = "1001", SecondsAgo = 70, Reason = "the called phone is busy" },
            ],
            Leftovers = [new LeftoverSnapshot("ports_in_use", 4, "call 0.1 from 1001 to 1002", 3)],
        });

        Assert.Contains(
            """
            No calls.

            Last calls:
              1001 to 1002, talked for 1 min 5 s, ended 5 s ago: 1002 hung up
              1002 to 1001, not answered, ended 1 min 10 s ago: the called phone is busy - UNCLEAN

            """,
            output.ToString(),
            StringComparison.Ordinal);
        Assert.EndsWith(
            """

            LEFT BEHIND, and released 70 s later (edgepbx audit --acknowledge when you have seen it):
              4 ports_in_use of call 0.1 from 1001 to 1002, 3 s ago

            """,
            output.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_audit_counts_calls_and_kinds()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var status = new StatusDocument
        {
            UptimeSeconds = 65,
            Version = "0.1.0",
            Counters = new CounterSnapshot { CallsSetUp = 3, CallsEstablished = 2, CallsReleased = 3, CallsUnclean = 1, CleanupsOverdue = 1 },
        };
        var engine = new PbxSnapshot
        {
            Ledger = ByKind.From(kind => kind == ReceiptKind.Port ? new AuditCount(12, 8, 4) : new AuditCount(0, 0, 0)),
            CallsUncleanUnseen = 1,
            UncleanCalls = [new EndedCallSnapshot { Call = "0.1", From = "1001", To = "1002", SecondsAgo = 5, Left = "4 ports" }],
        };

        var audit = AuditDocument.From(status, engine);
        AuditTable.Write(output, audit);

        Assert.False(audit.IsFine);
        Assert.Contains("  ports                             12           8           4\n", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("  unclean: not all given back              1\n", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("  1001 to 1002, 5 s ago: 4 ports left [0.1]\n", output.ToString(), StringComparison.Ordinal);
        string json = JsonSerializer.Serialize(audit, AuditJson.Default.AuditDocument);
        using var parsed = JsonDocument.Parse(json);
        Assert.Equal(8, parsed.RootElement.GetProperty("kinds").GetProperty("ports").GetProperty("closed").GetInt32());
        Assert.Equal(1, parsed.RootElement.GetProperty("calls").GetProperty("overdue").GetInt32());
        Assert.False(parsed.RootElement.GetProperty("is_fine").GetBoolean());
    }

    [Theory]
    [InlineData(-1, "0 s")]
    [InlineData(59.9, "59 s")]
    [InlineData(60, "1 min 0 s")]
    [InlineData(3661, "1 h 1 min")]
    [InlineData(90_000, "1 d 1 h")]
    [InlineData(double.MaxValue, "24855 d 3 h")]
    public void Durations_show_the_two_units_that_matter(double seconds, string expected) => Assert.Equal(expected, StatusTable.Duration(seconds));
}
