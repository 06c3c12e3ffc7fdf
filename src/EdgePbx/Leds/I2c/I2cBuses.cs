using System.Globalization;

namespace EdgePbx;

/// <summary>The I2C buses of the machine by their names, as the kernel tells them: <c>bcm2835 (i2c@7e804000)</c>.</summary>
internal static class I2cBuses
{
    public const string Folder = "/sys/class/i2c-dev";

    private const string Prefix = "i2c-";

    /// <summary>N of the one bus that has this in its name.</summary>
    /// <exception cref="LampException">There is none, or more than one.</exception>
    public static int Find(string folder, string name)
    {
        List<(int Number, string Name)> buses = [];
        foreach (string path in Directory.Exists(folder) ? Directory.GetDirectories(folder, Prefix + "*") : [])
        {
            if (int.TryParse(Path.GetFileName(path)[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                buses.Add((number, NameOf(path)));
            }
        }
        (int Number, string Name)[] found = [.. buses.Where(bus => bus.Name.Contains(name, StringComparison.Ordinal))];
        return found.Length == 1 ? found[0].Number : throw new LampException(
            $"{(found.Length == 0 ? "no I2C bus has" : "more than one I2C bus has")} '{name}' in its name"
            + (buses.Count == 0 ? ", nor is there any: is i2c-dev loaded, and the bus switched on in the device tree?"
                : $"; there are: {string.Join("; ", buses.OrderBy(bus => bus.Number).Select(bus => $"{bus.Number}, {bus.Name}"))}"));
    }

    private static string NameOf(string path)
    {
        try
        {
            return File.ReadAllText(Path.Combine(path, "name")).Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
