using System.Device.I2c;
using Iot.Device.Ssd13xx;
using Iot.Device.Ssd13xx.Commands;
using Iot.Device.Ssd13xx.Commands.Ssd1306Commands;

namespace EdgePbx;

/// <summary>
/// An SSD1306 of 128 x 64 pixels on I2C. The binding of that name sets up a display of half the height and wants a library of pictures to
/// clear it; its base and its commands serve.
/// </summary>
internal sealed class OledPanel : Ssd13xx, IStatusPanel
{
    private const int Chunk = 32; // bytes at once: others on the bus come between, and SMBus has no more

    private readonly I2cDevice _device;
    private readonly byte[] _shown = new byte[PanelFaces.Width * PanelFaces.Height / 8];
    private bool _isKnown;

    /// <param name="device">It is the panel's from now on.</param>
    /// <param name="isFlipped">It hangs upside down.</param>
    /// <exception cref="LampException">It does not answer.</exception>
    public OledPanel(I2cDevice device, bool isFlipped)
        : base(device, PanelFaces.Width, PanelFaces.Height)
    {
        _device = device;
        try
        {
            SetUp(isFlipped);
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    public void Show(ReadOnlySpan<byte> face)
    {
        for (int row = 0; row < PanelFaces.Height / 8; row++)
        {
            int start = row * PanelFaces.Width;
            ReadOnlySpan<byte> wanted = face.Slice(start, PanelFaces.Width);
            Span<byte> shown = _shown.AsSpan(start, PanelFaces.Width);
            int first = _isKnown ? wanted.CommonPrefixLength(shown) : 0;
            if (first == wanted.Length)
            {
                continue;
            }
            int last = wanted.Length - 1;
            while (_isKnown && wanted[last] == shown[last])
            {
                last--;
            }
            Write(row, first, wanted[first..(last + 1)]);
            wanted.CopyTo(shown);
        }
        if (!_isKnown)
        {
            _isKnown = true;
            SendCommand(new SetDisplayOn());
        }
    }

    public override void SendCommand(ISharedCommand command) => Send(command);

    protected override void SetStartAddress()
    {
    }

    /// <summary>Leaves it dark, if that can still be done.</summary>
    protected override void Dispose(bool disposing)
    {
        try
        {
            SendCommand(new SetDisplayOff());
        }
#pragma warning disable CA1031 // it is gone, one way or the other
        catch (Exception)
#pragma warning restore CA1031
        {
        }
        _device.Dispose();
        base.Dispose(disposing);
    }

    // data sheet, "Software Configuration", and the charge pump of its appendix
    private void SetUp(bool isFlipped)
    {
        SendCommand(new SetDisplayOff());
        Send(new SetDisplayClockDivideRatioOscillatorFrequency(0, 8));
        SendCommand(new SetMultiplexRatio(PanelFaces.Height - 1));
        Send(new SetDisplayOffset(0));
        Send(new SetDisplayStartLine(0));
        Send(new SetChargePump(enableChargePump: true));
        Send(new SetMemoryAddressingMode(SetMemoryAddressingMode.AddressingMode.Horizontal));
        Send(new SetSegmentReMap(columnAddress127: !isFlipped));
        Send(new SetComOutputScanDirection(normalMode: isFlipped));
        Send(new SetComPinsHardwareConfiguration(alternativeComPinConfiguration: true));
        SendCommand(new SetContrastControlForBank0(0x7f));
        Send(new SetPreChargePeriod(1, 15));
        Send(new SetVcomhDeselectLevel(SetVcomhDeselectLevel.DeselectLevel.Vcc0_77));
        Send(new EntireDisplayOn(entireDisplay: false));
        Send(new SetNormalDisplay());
    }

    private void Write(int row, int first, ReadOnlySpan<byte> columns)
    {
        Send(new SetColumnAddress((byte)first, (byte)(first + columns.Length - 1)));
        Send(new SetPageAddress((PageAddress)row, (PageAddress)row));
        Span<byte> chunk = stackalloc byte[Chunk];
        for (; columns.Length > 0; columns = columns[Math.Min(Chunk, columns.Length)..])
        {
            int length = Math.Min(Chunk, columns.Length);
            columns[..length].CopyTo(chunk);
            SendData(chunk[..length]);
        }
    }

    private void Send(ICommand command)
    {
        byte[] bytes = command.GetBytes();
        Span<byte> message = stackalloc byte[bytes.Length + 1];
        message[0] = 0; // a command follows
        bytes.CopyTo(message[1..]);
        _device.Write(message);
    }
}
