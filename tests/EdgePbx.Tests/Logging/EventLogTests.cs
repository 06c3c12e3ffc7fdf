using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace EdgePbx.Tests;

public class EventLogTests
{
    [Fact]
    public void Lines_come_out_whole_and_in_order()
    {
        var output = new MemoryStream();
        using (var log = new EventLog(output, TimeProvider.System))
        {
            for (int i = 0; i < 1000; i++)
            {
                log.Stopping($"reason {i}");
            }
        }

        string[] lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            Enumerable.Range(0, 1000).Select(i => $"reason {i}"),
            lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("reason").GetString()));
    }

    [Fact]
    public void A_reader_that_does_not_read_costs_lines_and_never_a_caller()
    {
        using var output = new StuckStream();
        var log = new EventLog(output, TimeProvider.System, capacity: 10);
        log.Stopping("the writer takes this one and hangs");
        output.WaitUntilHung();

        for (int i = 0; i < 25; i++)
        {
            log.Stopping($"reason {i}"); // a call that waited here would wait for ever
        }
        Assert.Equal(15, log.Dropped);

        output.Release();
        Assert.Contains("log_lines_dropped", output.Lines.First(line => line.Contains("\"dropped\":15", StringComparison.Ordinal)), StringComparison.Ordinal);
        log.Dispose();
    }

    [Fact]
    public void A_reader_that_has_gone_is_no_failure()
    {
        using var output = new StuckStream { IsBroken = true };
        output.Release();
        var log = new EventLog(output, TimeProvider.System);

        log.Stopping("nobody hears");
        log.Dispose();
        log.Stopping("after the end");

        Assert.Equal(2, log.Dropped);
    }

    [Fact]
    public void The_level_and_the_format_are_what_the_configuration_says()
    {
        var output = new MemoryStream();
        using (var log = new EventLog(output, TimeProvider.System))
        {
            log.Configure(LogFormat.Text, LogLevel.Warning);
            Assert.False(log.IsEnabled(LogLevel.Information));
            log.Stopping("unheard");
            log.ConfigRestartNeeded("sip.listen");
        }

        Assert.EndsWith(
            " warning  config_restart_needed: changed sip.listen only count after a restart\n",
            Encoding.UTF8.GetString(output.ToArray()),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Every_event_of_the_binary_has_its_own_number_and_its_own_snake_case_name()
    {
        LoggerMessageAttribute[] events = [.. typeof(HostLog).Assembly.GetTypes().Concat(typeof(EdgePbx.Core.PbxEngine).Assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()];

        Assert.NotEmpty(events);
        Assert.Equal(events.Length, events.Select(e => e.EventId).Distinct().Count());
        Assert.Equal(events.Length, events.Select(e => e.EventName).Distinct().Count());
        Assert.All(events, e => Assert.Matches("^[a-z0-9]+(_[a-z0-9]+)*$", e.EventName ?? ""));
    }

    /// <summary>A pipe that nobody reads until the test says so.</summary>
    private sealed class StuckStream : Stream
    {
        private readonly ManualResetEventSlim _hung = new();
        private readonly ManualResetEventSlim _released = new();

        public bool IsBroken { get; init; }

        /// <summary>Waits for the next line, up to half a minute.</summary>
        public IEnumerable<string> Lines
        {
            get
            {
                while (_lines.TryTake(out string? line, TimeSpan.FromSeconds(30)))
                {
                    yield return line;
                }
            }
        }

        private readonly BlockingCollection<string> _lines = [];

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => 0;
        public override long Position { get; set; }

        public void WaitUntilHung() => Assert.True(_hung.Wait(TimeSpan.FromSeconds(30)));

        public void Release() => _released.Set();

        public override void Write(byte[] buffer, int offset, int count)
        {
            _hung.Set();
            _released.Wait();
            if (IsBroken)
            {
                throw new IOException("Broken pipe");
            }
            foreach (string line in Encoding.UTF8.GetString(buffer, offset, count).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                _lines.Add(line);
            }
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => 0;
        public override long Seek(long offset, SeekOrigin origin) => 0;

        public override void SetLength(long value)
        {
        }
    }
}
