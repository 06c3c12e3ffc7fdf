using System.Runtime.InteropServices;
using System.Text;

namespace EdgePbx;

/// <summary>
/// One GPIO chip of the kernel. It is found by its label, since the numbers of chips change with the kernel and with what else
/// is plugged in.
/// </summary>
internal sealed unsafe class GpioChip : IDisposable
{
    private int _descriptor;

    private GpioChip(int descriptor, string label, int lines) => (_descriptor, Label, Lines) = (descriptor, label, lines);

    public string Label { get; }
    public int Lines { get; }

    /// <exception cref="LampException">There is none with that label, or we may not use it.</exception>
    public static GpioChip Open(string label)
    {
        List<string> others = [];
        string[] paths = Directory.Exists("/dev") ? Directory.GetFiles("/dev", "gpiochip*") : [];
        foreach (string path in paths.Order(StringComparer.Ordinal))
        {
            GpioChip? chip = TryOpen(path, out int error);
            if (chip?.Label == label)
            {
                return chip;
            }
            others.Add(chip?.Label ?? $"{path}, which can't be opened: {Problem(error)}");
            chip?.Dispose();
        }
        throw new LampException($"there is no GPIO chip with the label {label}"
            + (others.Count == 0 ? ", nor any other: look for /dev/gpiochip*" : $"; there are: {string.Join("; ", others)}"));
    }

    /// <summary>The descriptor of a line that is ours from now on, until it is closed.</summary>
    /// <param name="line">Counted from 0.</param>
    /// <param name="flags">Of the kernel.</param>
    /// <param name="attribute">Id and value; id 0: none.</param>
    /// <exception cref="LampException">Somebody else has it, or there is no such line.</exception>
    public int Request(int line, ulong flags, (uint Id, ulong Value) attribute)
    {
        var request = new GpioCalls.LineRequest { Offset = (uint)line, Flags = flags, LineCount = 1 };
        "edgepbx"u8.CopyTo(new Span<byte>(request.Consumer, 32));
        if (attribute.Id != 0)
        {
            request.AttributeCount = 1;
            request.Attribute = new GpioCalls.LineAttribute { Id = attribute.Id, Value = attribute.Value, Mask = 1 };
        }
        if (GpioCalls.ioctl(_descriptor, GpioCalls.GPIO_V2_GET_LINE_IOCTL, &request) < 0)
        {
            throw new LampException(Describe(line, Marshal.GetLastPInvokeError()));
        }
        return request.Descriptor;
    }

    public void Dispose()
    {
        int descriptor = Interlocked.Exchange(ref _descriptor, -1);
        if (descriptor >= 0)
        {
            _ = Native.close(descriptor);
        }
    }

    /// <summary>What went wrong with a line, with what to look at.</summary>
    public string Describe(int line, int error) => error switch
    {
        GpioCalls.EBUSY => $"line {line} of {Label} is in use by another program or by the kernel; `gpioinfo` shows by whom",
        SocketCalls.EINVAL when line >= Lines => $"{Label} has no line {line}, only 0 to {Lines - 1}",
        GpioCalls.ENODEV => $"{Label} is gone",
        _ => $"line {line} of {Label}: {Problem(error)}",
    };

    private static GpioChip? TryOpen(string path, out int error)
    {
        int descriptor = FileCalls.open(path, GpioCalls.O_RDWR | FileCalls.O_CLOEXEC, mode: 0);
        GpioCalls.ChipInfo info = default;
        if (descriptor < 0 || GpioCalls.ioctl(descriptor, GpioCalls.GPIO_GET_CHIPINFO_IOCTL, &info) < 0)
        {
            error = Marshal.GetLastPInvokeError();
            if (descriptor >= 0)
            {
                _ = Native.close(descriptor);
            }
            return null;
        }
        error = 0;
        string label = Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(info.Label));
        return new GpioChip(descriptor, label, (int)info.Lines);
    }

    private static string Problem(int error) => error is SocketCalls.EACCES or SocketCalls.EPERM
        ? "not permitted; is this user in the group gpio?"
        : Marshal.GetPInvokeErrorMessage(error);
}
