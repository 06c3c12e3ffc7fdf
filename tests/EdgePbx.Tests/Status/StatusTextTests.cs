using System.Text.Json;

namespace EdgePbx.Tests;

public class StatusTextTests
{
    [Fact]
    public void The_json_has_snake_case_names_in_fixed_sections()
    {
        string json = JsonSerializer.Serialize(StatusSocketTests.Example, StatusJson.Default.StatusDocument);

        using JsonDocument parsed = JsonDocument.Parse(json);
        Assert.Equal(
            ["uptime_seconds", "version", "calls", "registrations", "gauges", "counters", "transport"],
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
                caller   udp:192.0.2.5:5060, confirmed, PCMA, we refresh the session in 13 min 55 s
                callee   tcp:192.0.2.6:40000, confirmed

            Registered phones: 1
              1001     at udp:192.0.2.5:5060       for another 59 min 0 s  Phone?[2J 1

            In use now (all 0 when idle):
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

    [Theory]
    [InlineData(-1, "0 s")]
    [InlineData(59.9, "59 s")]
    [InlineData(60, "1 min 0 s")]
    [InlineData(3661, "1 h 1 min")]
    [InlineData(90_000, "1 d 1 h")]
    [InlineData(double.MaxValue, "24855 d 3 h")]
    public void Durations_show_the_two_units_that_matter(double seconds, string expected) => Assert.Equal(expected, StatusTable.Duration(seconds));
}
