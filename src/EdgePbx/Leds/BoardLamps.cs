using System.Device.I2c;
using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>The lamps and the button of a board, each with the driver that it needs; nothing is opened yet.</summary>
internal static class BoardLamps
{
    private const string ClassName = "the LED class";

    /// <param name="expanders">What <see cref="ExpandersOf"/> gave for the same board.</param>
    public static IReadOnlyList<LampGroup> Of(BoardConfig board, IReadOnlyList<Expander> expanders, ILogger log)
    {
        List<LampGroup> groups = [];
        foreach (string chip in board.Leds.Select(led => led.Chip).Append(board.Bar?.Chip ?? "").Where(chip => chip.Length > 0).Distinct())
        {
            BoardLed[] leds = [.. board.Leds.Where(led => led.Chip == chip)];
            BoardBar? bar = board.Bar?.Chip == chip ? board.Bar : null;
            Expander? expander = expanders.FirstOrDefault(one => one.Name == chip);
            groups.Add(expander is null
                ? new LampGroup($"GPIO chip {chip}", Lamps(leds), bar is not null, () => GpioLamps.Open(chip, leds, bar), log)
                : new LampGroup($"expander {chip}", Lamps(leds), bar is not null, () => GpioLamps.Open(expander, leds, bar), log));
        }
        BoardLed[] named = [.. board.Leds.Where(led => led.ClassName.Length > 0)];
        if (named.Length > 0)
        {
            groups.Add(new LampGroup(
                ClassName, Lamps(named), hasBar: false, () => new ClassLamps(ClassLamps.Folder, named.Select(led => led.ClassName)), log));
        }
        return groups;
    }

    public static Retried<IButtonLine>? ButtonOf(BoardConfig board, IReadOnlyList<Expander> expanders, ILogger log)
    {
        if (board.Button is not { } button)
        {
            return null;
        }
        Expander? expander = expanders.FirstOrDefault(one => one.Name == button.Chip);
        return new Retried<IButtonLine>(
            $"the button on line {button.Line} of {button.Chip}",
            () => expander is null ? new ButtonLine(button) : new PolledButton(expander, button, static () => MonotonicClock.Now),
            log);
    }

    /// <summary>Each once: whatever is on one shares it.</summary>
    /// <param name="open">Opens a chip on its bus; null: by the kernel.</param>
    public static IReadOnlyList<Expander> ExpandersOf(BoardConfig board, Func<BoardExpander, I2cDevice>? open = null) =>
        [.. board.Expanders.Select(one => new Expander(one, open ?? (static chip => I2cChip.Open(chip.Bus, chip.Address))))];

    private static LedLamp[] Lamps(BoardLed[] leds) => [.. leds.Select(led => led.Lamp)];
}
