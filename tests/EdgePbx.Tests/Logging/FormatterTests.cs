using System.Text.Json;
using EdgePbx.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace EdgePbx.Tests;

public partial class FormatterTests
{
    private static readonly StoppedClock Clock = new(new DateTimeOffset(2026, 3, 4, 5, 6, 7, 89, TimeSpan.FromHours(2)));

    [Fact]
    public void An_event_is_one_json_object_on_one_line()
    {
        string line = Format(new EventJsonFormatter(Clock), log => Setup(log, "A1B2", "b@1", "c@2", 3, 1.5, true, TimeSpan.FromSeconds(90)));

        Assert.Equal(
            """{"timestamp":"2026-03-04T03:06:07.089Z","level":"info","event":"b2bua_call_setup",""" + """
             "message":"call A1B2: b@1 to c@2, 3 1.5 True 00:01:30",
            """.Trim() + """
             "call":"A1B2","b2bua_call_id":"b@1","call_id":"c@2","legs":3,"quality":1.5,"is_late":true,"interval":90}
            """.Trim() + "\n",
            line);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("two\r\nlines")]
    [InlineData("quote \" and backslash \\ and tab \t and zero \0")]
    [InlineData("ключ 鍵 🔑 <b>&'")]
    [InlineData("\u001b[31mred\u2028")]
    public void Whatever_a_peer_says_stays_one_line_of_json(string said)
    {
        string line = Format(new EventJsonFormatter(Clock), log => Says(log, said));

        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        using JsonDocument parsed = JsonDocument.Parse(line);
        Assert.Equal(said, parsed.RootElement.GetProperty("text").GetString());
    }

    [Fact]
    public void Core_values_are_written_as_they_read()
    {
        var source = new NetEndpoint(NetAddress.LoopbackV4, 5060);

        using JsonDocument parsed = JsonDocument.Parse(Format(new EventJsonFormatter(Clock), log => log.Listening("udp", source)));

        Assert.Equal("127.0.0.1:5060", parsed.RootElement.GetProperty("address").GetString());
    }

    [Fact]
    public void Nothing_is_written_as_null_and_not_a_number_as_text()
    {
        using JsonDocument parsed = JsonDocument.Parse(Format(new EventJsonFormatter(Clock), log => Odd(log, null, double.NaN, "mine", ulong.MaxValue)));

        Assert.Equal(JsonValueKind.Null, parsed.RootElement.GetProperty("text").ValueKind);
        Assert.Equal("NaN", parsed.RootElement.GetProperty("number").GetString());
        Assert.Equal("mine", parsed.RootElement.GetProperty("event_value").GetString());
        Assert.Equal(ulong.MaxValue, parsed.RootElement.GetProperty("large").GetUInt64());
    }

    [Fact]
    public void A_failure_brings_its_story()
    {
        using JsonDocument parsed = JsonDocument.Parse(Format(
            new EventJsonFormatter(Clock), log => log.ThreadFailed("signalling", new InvalidOperationException("broken\nhere"))));

        Assert.Equal("critical", parsed.RootElement.GetProperty("level").GetString());
        Assert.Equal("thread_failed", parsed.RootElement.GetProperty("event").GetString());
        Assert.Contains("broken", parsed.RootElement.GetProperty("exception").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_is_one_line_too_and_no_peer_can_start_another() =>
        Assert.Equal(
            "2026-03-04T03:06:07.089Z info     peer_said: it says one  two\n",
            Format(new EventTextFormatter(Clock), log => Says(log, "one\r\ntwo")));

    [LoggerMessage(9001, LogLevel.Information,
        "call {Call}: {B2buaCallId} to {CallId}, {Legs} {Quality} {IsLate} {Interval}", EventName = "b2bua_call_setup")]
    private static partial void Setup(
        ILogger log, string call, string b2buaCallId, string callId, int legs, double quality, bool isLate, TimeSpan interval);

    [LoggerMessage(9002, LogLevel.Information, "it says {Text}", EventName = "peer_said")]
    private static partial void Says(ILogger log, string text);

    [LoggerMessage(9003, LogLevel.Information, "{Text} {Number} {Event} {Large}", EventName = "odd_values")]
    private static partial void Odd(ILogger log, string? text, double number, string @event, ulong large);

    private static string Format(ConsoleFormatter formatter, Action<ILogger> write)
    {
        var log = new OneLine(formatter);
        write(log);
        return log.Line;
    }

    private sealed class OneLine(ConsoleFormatter formatter) : ILogger
    {
        public string Line { get; private set; } = "";

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> format)
        {
            using var writer = new StringWriter { NewLine = "\n" };
            formatter.Write(new LogEntry<TState>(logLevel, "edgepbx", eventId, state, exception, format), null, writer);
            Line = writer.ToString();
        }
    }
}
