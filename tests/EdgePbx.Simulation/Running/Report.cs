using System.Globalization;
using System.Text;

namespace EdgePbx.Simulation;

/// <summary>What is printed of a world that failed: the rule, how to repeat it, and the ladder of the smallest one that fails alike.</summary>
internal static class Report
{
    public static string Of(Outcome failure, bool shrinks = true)
    {
        Violation found = failure.Violation!;
        Plan plan = shrinks ? Shrinker.Shrink(failure.Plan, candidate => Runner.Try(candidate).Violation?.Rule == found.Rule) : failure.Plan;
        World world = Runner.Run(plan, keepsTrace: true);
        var text = new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture, $"seed {failure.Plan.Seed} broke {found}")
            .AppendLine(CultureInfo.InvariantCulture, $"what could go wrong: {failure.Present}")
            .AppendLine(CultureInfo.InvariantCulture, $"repeat: dotnet run -c Release --project tests/EdgePbx.Simulation -- --repeat {failure.Plan.Seed} --calls-in-a-world {failure.Plan.Calls}")
            .AppendLine(CultureInfo.InvariantCulture, $"the smallest run that was found to break it: {plan.Only?.Count ?? plan.Calls} calls, {world.Messages} messages: {world.Violation}")
            .AppendLine(CultureInfo.InvariantCulture, $"draw it: dotnet run -c Release --project tests/EdgePbx.Simulation -- --repeat {plan.Seed} --calls-in-a-world {plan.Calls} --with \"{world.Weather.Present}\"{Only(plan)} --whole")
            .AppendLine()
            .Append(Ladder.Draw(world));
        if (world.Violation?.Packet is { } packet)
        {
            _ = text.AppendLine().AppendLine(packet.Text);
        }
        return text.ToString();
    }

    private static string Only(Plan plan) => plan.Only is { } only ? $" --only {string.Join(',', only.Order())}" : "";
}
