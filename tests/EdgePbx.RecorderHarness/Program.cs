using EdgePbx;
using EdgePbx.Core;
using EdgePbx.RecorderHarness;
using Microsoft.Extensions.Logging.Abstractions;

// The real recorder on a real folder, to be killed: FOLDER FORMAT (narrow or opus). Two phones talk until then, or for five minutes if nobody
// is left to do it; each line on stdout says how many
// milliseconds of their talk have been handed over. Time stands still while the recorder waits for its medium, so that what is measured
// is what the recorder keeps back, and not how fast the machine is.
var format = args[1] == "opus" ? RecordingFormat.Opus : RecordingFormat.Narrow;
var clock = new PacedClock();
var inbox = new RecorderInbox();
var recorder = new Recorder(
    new RecordingSection(RecordMode.Always, "*1", args[0], 1L << 40, null), inbox, clock, NullLogger.Instance, static () => { }, static _ => true);
RecordingKey key = Keys.First;
_ = recorder.TryBegin(key, new RecordingOrder { Format = format, From = "1001", To = "1002", Call = "0.1" });
while (!recorder.TryTakeReport(out _))
{
    Thread.Sleep(1);
}
byte[] payload = format == RecordingFormat.Opus ? [0xf8, 0xff, 0xfe] : [.. Enumerable.Repeat((byte)0x80, 160)];
using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
for (uint packet = 0; packet < 5 * 60 * 50; packet++)
{
    while (inbox.Lent > 2)
    {
        Thread.Sleep(1);
    }
    TapBuffer buffer = inbox.TryRent()!;
    foreach (RecordedSide side in Enum.GetValues<RecordedSide>())
    {
        buffer.Add(new TappedHeader
        {
            Arrival = clock.Now, Recording = key, Side = side, Ssrc = 1, Timestamp = packet * (format == RecordingFormat.Opus ? 960u : 160u),
            PayloadLength = (ushort)payload.Length, Codec = format == RecordingFormat.Opus ? RecordedCodec.Opus : RecordedCodec.Pcmu,
        }, payload);
    }
    _ = inbox.TryPost(new RecorderMessage(RecorderMessageKind.Packets, default) { Buffer = buffer });
    output.WriteLine(20 * packet);
    Thread.Sleep(20);
    clock.Advance(TimeSpan.FromMilliseconds(20));
}
