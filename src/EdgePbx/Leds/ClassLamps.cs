using System.Globalization;
using System.Text;
using EdgePbx.Core;
using Microsoft.Win32.SafeHandles;

namespace EdgePbx;

/// <summary>Lamps of the kernel's LED class: a folder each, with files that are written. Where its timer can blink a pattern, it does.</summary>
internal sealed class ClassLamps : ILampDriver
{
    public const string Folder = "/sys/class/leds";

    private readonly List<ClassLamp> _lamps = [];

    /// <exception cref="LampException">There is no such lamp.</exception>
    public ClassLamps(string folder, IEnumerable<string> names)
    {
        try
        {
            foreach (string name in names)
            {
                _lamps.Add(new ClassLamp(folder, name));
            }
        }
        catch
        {
            CloseAll();
            throw;
        }
    }

    public void Show(int lamp, LedColor color) => _lamps[lamp].Show(color != LedColor.Dark);

    public bool TryBlink(int lamp, in LedFace face) => _lamps[lamp].TryBlink(face.Pattern);

    public void ShowBar(byte bits) => throw new NotSupportedException("a bar is made of GPIO lines");

    public void Check()
    {
    }

    public void Dispose() => CloseAll();

    private void CloseAll()
    {
        foreach (ClassLamp lamp in _lamps)
        {
            lamp.Dispose();
        }
    }
}

/// <summary>One of them. What triggered it before us triggers it after us.</summary>
internal sealed class ClassLamp : IDisposable
{
    private readonly string _folder;
    private readonly string _formerTrigger;
    private readonly bool _hasTimer;
    private readonly byte[] _lit;
    private readonly byte[] _dark = "0\n"u8.ToArray();
    private readonly SafeFileHandle _brightness;
    private bool _isBlinking;

    /// <exception cref="LampException">It is not there, or we may not write it.</exception>
    public ClassLamp(string classFolder, string name)
    {
        _folder = Path.Combine(classFolder, name);
        if (!Directory.Exists(_folder))
        {
            string[] others = Directory.Exists(classFolder) ? [.. Directory.GetDirectories(classFolder).Select(path => Path.GetFileName(path))] : [];
            throw new LampException($"there is no {_folder}; there are: {(others.Length == 0 ? "none" : string.Join(", ", others.Order(StringComparer.Ordinal)))}");
        }
        try
        {
            string[] triggers = File.ReadAllText(Path.Combine(_folder, "trigger")).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
            _hasTimer = triggers.Contains("timer");
            _formerTrigger = triggers.FirstOrDefault(word => word.StartsWith('['))?.Trim('[', ']') ?? "none";
            _lit = Encoding.ASCII.GetBytes(File.ReadAllText(Path.Combine(_folder, "max_brightness")).Trim() + "\n");
            Write("trigger", "none");
            _brightness = File.OpenHandle(Path.Combine(_folder, "brightness"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            Show(isLit: false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _brightness?.Dispose();
            throw Described(failure);
        }
    }

    public void Show(bool isLit)
    {
        try
        {
            if (_isBlinking)
            {
                Write("trigger", "none");
                _isBlinking = false;
            }
            RandomAccess.Write(_brightness, isLit ? _lit : _dark, 0);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Described(failure);
        }
    }

    /// <summary>The kernel's timer knows one time lit and one time dark, and no beginning.</summary>
    public bool TryBlink(in LedPattern pattern)
    {
        if (!_hasTimer || pattern is not { Count: 1, Leads: 0, Pause: > 0 })
        {
            return false;
        }
        (int lit, int dark) = pattern.IsInverted ? (pattern.Pause, pattern.Flash) : (pattern.Flash, pattern.Pause);
        try
        {
            Write("trigger", "timer");
            Write("delay_on", lit.ToString(CultureInfo.InvariantCulture));
            Write("delay_off", dark.ToString(CultureInfo.InvariantCulture));
            return _isBlinking = true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Described(failure);
        }
    }

    public void Dispose()
    {
        try
        {
            Show(isLit: false);
            Write("trigger", _formerTrigger);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or LampException or ObjectDisposedException)
        {
            // it is gone
        }
        _brightness.Dispose();
    }

    private void Write(string file, string text)
    {
        using SafeFileHandle handle = File.OpenHandle(Path.Combine(_folder, file), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(handle, Encoding.ASCII.GetBytes(text + "\n"), 0);
    }

    private LampException Described(Exception failure) => new(failure is UnauthorizedAccessException
        ? $"{_folder} can't be written by this user; a udev rule can give it to a group"
        : $"{_folder}: {failure.Message}", failure);
}
