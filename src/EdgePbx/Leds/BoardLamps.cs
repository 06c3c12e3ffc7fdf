using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>The lamps and the button of a board, each with the driver that it needs; nothing is opened yet.</summary>
internal static class BoardLamps
{
    private const string ClassName = "the LED class";

    public static IReadOnlyList<LampGroup> Of(BoardConfig board, ILogger log)
    {
        List<LampGroup> groups = [];
        foreach (string chip in board.Leds.Select(led => led.Chip).Append(board.Bar?.Chip ?? "").Where(chip => chip.Length > 0).Distinct())
        {
            BoardLed[] leds = [.. board.Leds.Where(led => led.Chip == chip)];
            BoardBar? bar = board.Bar?.Chip == chip ? board.Bar : null;
            groups.Add(new LampGroup($"GPIO chip {chip}", Lamps(leds), bar is not null, () => GpioLamps.Open(chip, leds, bar), log));
        }
        BoardLed[] named = [.. board.Leds.Where(led => led.ClassName.Length > 0)];
        if (named.Length > 0)
        {
            groups.Add(new LampGroup(
                ClassName, Lamps(named), hasBar: false, () => new ClassLamps(ClassLamps.Folder, named.Select(led => led.ClassName)), log));
        }
        return groups;
    }

    public static Retried<IButtonLine>? ButtonOf(BoardConfig board, ILogger log) => board.Button is { } button
        ? new Retried<IButtonLine>($"the button on line {button.Line} of {button.Chip}", () => new ButtonLine(button), log)
        : null;

    private static LedLamp[] Lamps(BoardLed[] leds) => [.. leds.Select(led => led.Lamp)];
}
