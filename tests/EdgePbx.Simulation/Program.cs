using System.Globalization;
using EdgePbx.Simulation;

if (Options.Read(args) is not { } options)
{
    Console.Error.WriteLine(Options.Usage);
    return 2;
}
return options.Repeat is { } seed ? Repeat(seed) : RunMany();

int Repeat(ulong repeated)
{
    var plan = new Plan(repeated, options.CallsInAWorld, options.With, options.Only);
    Outcome outcome = Runner.Try(plan);
    if (outcome.Violation is null)
    {
        Console.WriteLine(options.DrawsWhole ? Ladder.Draw(Runner.Run(plan, keepsTrace: true)) : "");
        Console.WriteLine($"seed {repeated} holds: {outcome.Calls} calls, {outcome.Messages} messages, with {outcome.Present}");
        return 0;
    }
    Console.WriteLine(Report.Of(outcome, shrinks: !options.DrawsWhole));
    return 1;
}

int RunMany()
{
    Console.WriteLine($"simulation: seeds from {options.Seed} on, {options.CallsInAWorld} calls planned in each world, {options.Workers} workers");
    double shown = 10;
    Tally tally = Runner.RunMany(options.Seed, options.Worlds, options.CallsInAWorld, options.Workers, options.StopsAtFirst ? 1 : 10, soFar =>
    {
        if (soFar.Seconds >= shown)
        {
            shown += 10;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{soFar}; heap {GC.GetTotalMemory(false) / 1e6:0} MB"));
        }
        return soFar.Calls >= options.Calls || soFar.Seconds >= options.Seconds;
    });
    foreach ((int index, Outcome failure) in tally.Failures)
    {
        Console.WriteLine($"found at seed count {index + 1} (seed {failure.Plan.Seed}): {failure.Violation}");
    }
    if (tally.Failures.Count > 0 && !options.StopsAtFirst)
    {
        Console.WriteLine(Report.Of(tally.Failures.Values.First()));
    }
    Console.WriteLine(tally);
    return tally.Failures.Count > 0 ? 1 : 0;
}
