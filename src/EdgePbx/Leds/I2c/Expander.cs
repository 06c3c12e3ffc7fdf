using System.Device.Gpio;
using System.Device.I2c;
using Iot.Device.Mcp23xxx;
using Iot.Device.Pcx857x;
using Iot.Device.Tca955x;

namespace EdgePbx;

/// <summary>
/// A port expander on I2C, as a GPIO chip that lamps and button share: to open its chip resets all its lines, so it is opened once, and
/// when one of them gives it up, it is closed for all of them, who open it anew. The LED thread's alone.
/// </summary>
/// <param name="open">Opens the bus.</param>
internal sealed class Expander(BoardExpander board, Func<BoardExpander, I2cDevice> open)
{
    private I2cDevice? _device;
    private GpioDriver? _chip;

    public string Name => board.Name;
    public int Lines => board.Lines;

    /// <summary>The chip as it is open now; null: it is closed.</summary>
    public GpioController? Chip { get; private set; }

    /// <summary>It says on its own when it has lost what it was set to, by a power cut of its own.</summary>
    public bool KnowsItself => board.Type is not (ExpanderType.Pcf8574 or ExpanderType.Pcf8575);

    /// <summary>TCA and PCF chips pull up by themselves, and their bindings mean something else by that mode, or refuse it.</summary>
    public PinMode ModeOf(PinMode wanted) => wanted == PinMode.InputPullUp && _chip is not Mcp23xxx ? PinMode.Input : wanted;

    /// <exception cref="LampException">It can't be had.</exception>
    public GpioController Open()
    {
        if (Chip is { } chip)
        {
            return chip;
        }
        _device = open(board);
        try
        {
            _chip = Make(_device);
            return Chip = new GpioController(_chip);
        }
        catch
        {
            Close();
            throw;
        }
    }

    public void Close()
    {
        (GpioController? chip, I2cDevice? device) = (Chip, _device);
        (Chip, _chip, _device) = (null, null, null);
        chip?.Dispose();
        device?.Dispose(); // not all of the bindings do
    }

    /// <summary>Whether a line is still what it was set to. A chip that does not know is told again.</summary>
    /// <exception cref="LampException">It is not.</exception>
    public void Check(int line, PinMode mode)
    {
        if (Chip is not { } chip)
        {
            throw new LampException($"{Name} was closed, since another part of it failed");
        }
        if (!KnowsItself)
        {
            chip.SetPinMode(line, ModeOf(mode));
        }
        else if (!IsAsSet(chip, line, mode))
        {
            throw new LampException($"{Name} has forgotten what line {line} is: was its power interrupted?");
        }
    }

    private bool IsAsSet(GpioController chip, int line, PinMode mode) => mode switch
    {
        PinMode.Output => chip.GetPinMode(line) == PinMode.Output,
        PinMode.InputPullUp when _chip is Mcp23xxx => chip.GetPinMode(line) == PinMode.Input && IsPulledUp(line),
        _ => chip.GetPinMode(line) == PinMode.Input,
    };

    private bool IsPulledUp(int line)
    {
        byte pulled = _chip switch
        {
            Mcp23017 wide => wide.ReadByte(Iot.Device.Mcp23xxx.Register.GPPU, line < 8 ? Port.PortA : Port.PortB),
            Mcp23xxx narrow => narrow.ReadByte(Iot.Device.Mcp23xxx.Register.GPPU),
            _ => 0xff,
        };
        return (pulled >> (line % 8) & 1) != 0;
    }

    private GpioDriver Make(I2cDevice device) => board.Type switch
    {
        ExpanderType.Mcp23008 => new Mcp23008(device),
        ExpanderType.Mcp23017 => new Mcp23017(device),
        ExpanderType.Pcf8574 => new Pcf8574(device),
        ExpanderType.Pcf8575 => new Pcf8575(device),
        ExpanderType.Tca9554 => new Tca9554(device, skipAddressCheck: true), // a TCA9554A has others
        _ => new Tca9555(device),
    };
}
