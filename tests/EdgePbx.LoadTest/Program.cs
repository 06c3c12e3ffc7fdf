using System.CommandLine;
using EdgePbx.LoadTest;

var binary = new Argument<string>("BINARY") { Description = "The published edgepbx." };
var floor = new Option<string>("--floor") { Description = "The compiled floor.c.", Required = true };
var calls = new Option<int[]>("--calls") { Description = "How many calls at once, one run each.", DefaultValueFactory = _ => [100, 200, 400], AllowMultipleArgumentsPerToken = true };
var shortCalls = new Option<int[]>("--short") { Description = "Calls a second that come and go meanwhile.", DefaultValueFactory = _ => [0, 20], AllowMultipleArgumentsPerToken = true };
var rounds = new Option<int>("--rounds") { Description = "How often all of it.", DefaultValueFactory = _ => 3 };
var seconds = new Option<double>("--seconds") { Description = "How long each run is measured; with the warm-up 40 at most.", DefaultValueFactory = _ => 5 };
var warmUp = new Option<double>("--warm-up")
{
    Description = "Seconds that are not measured. What a burst of new calls leaves behind is heard for some 15 seconds.", DefaultValueFactory = _ => 1,
};
var relays = new Option<string[]>("--relays")
{
    Description = "Which.", DefaultValueFactory = _ => ["floor-rt", "floor", "rtpengine", "epoll", "io_uring"], AllowMultipleArgumentsPerToken = true,
};
var root = new RootCommand("Real calls with real packets through EdgePbx, rtpengine and the least relay in C, side by side, on loopback.")
{
    binary, floor, calls, shortCalls, rounds, warmUp, seconds, relays,
};
root.Validators.Add(result =>
{
    if (result.GetValue(warmUp) < 0 || result.GetValue(seconds) <= 0 || result.GetValue(warmUp) + result.GetValue(seconds) > 40)
    {
        result.AddError("--warm-up and --seconds: at most 40 together, since the phones register and agree on a session once, for a minute");
    }
});
root.SetAction(options =>
{
    var done = new List<IReadOnlyList<LoadRun>>();
    Report.Head(Console.Out);
    for (int round = 0; round < options.GetValue(rounds); round++)
    {
        var runs = new List<LoadRun>();
        foreach (int count in options.GetValue(calls)!)
        {
            foreach (int rate in options.GetValue(shortCalls)!)
            {
                foreach (string relay in options.GetValue(relays)!)
                {
                    using RelayTarget target = relay switch
                    {
                        "floor" or "floor-rt" => new FloorTarget(options.GetValue(floor)!, isRealTime: relay == "floor-rt"),
                        "rtpengine" => new RtpengineTarget(),
                        _ => new EdgePbxTarget(options.GetRequiredValue(binary), relay),
                    };
                    LoadRun run = LoadRun.Measure(target, count, rate, TimeSpan.FromSeconds(options.GetValue(warmUp)), TimeSpan.FromSeconds(options.GetValue(seconds)));
                    Report.Row(Console.Out, run);
                    runs.Add(run);
                }
            }
        }
        done.Add(runs);
    }
    string reference = done[0][0].Relay;
    Report.Ratios(Console.Out, done, reference, "processor time for each packet", run => run.CpuPerPacket.Ticks);
    Report.Ratios(Console.Out, done, "rtpengine", "99 % of the packets arrive within", run => run.Voices.Latency.Percentile(0.99).Ticks);
    Report.Ratios(Console.Out, done, "rtpengine", "99.9 % of the packets arrive within", run => run.Voices.Latency.Percentile(0.999).Ticks);
});
return root.Parse(args).Invoke();
