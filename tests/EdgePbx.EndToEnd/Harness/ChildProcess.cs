using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EdgePbx.EndToEnd;

/// <summary>A program that a test started, and what it has printed so far.</summary>
internal sealed partial class ChildProcess : IDisposable
{
    public const int Sighup = 1;
    public const int Sigkill = 9;
    public const int Sigterm = 15;

    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly Task _reading;

    private ChildProcess(Process process, bool readsOutput, Action<string>? onOutput)
    {
        _process = process;
        Task output = readsOutput ? ReadAsync(process.StandardOutput, onOutput) : Task.CompletedTask;
        _reading = Task.WhenAll(output, ReadAsync(process.StandardError, null));
    }

    /// <summary>What came on stdout and stderr, in the order of arrival.</summary>
    public string Output
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    public bool HasEnded => _process.HasExited;
    public int Id => _process.Id;
    public int ExitCode => _process.ExitCode;

    /// <param name="program">A path, or a name that is looked for as a shell does.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Its working folder.</param>
    /// <param name="readsOutput">False leaves its stdout a pipe that nobody reads.</param>
    /// <param name="onOutput">Called with each line of stdout.</param>
    public static ChildProcess Start(
        string program, IEnumerable<string> arguments, string folder, bool readsOutput = true, Action<string>? onOutput = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.Environment["LC_ALL"] = "C";
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        process.StandardInput.Close();
        return new ChildProcess(process, readsOutput, onOutput);
    }

    /// <summary>Runs a program to its end, which must come within the deadline.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string program, IEnumerable<string> arguments, string folder, TimeSpan deadline)
    {
        using ChildProcess child = Start(program, arguments, folder);
        await child.WaitForEndAsync(deadline);
        return (child.ExitCode, child.Output);
    }

    public void Signal(int signal) => Assert.Equal(0, kill(_process.Id, signal));

    /// <summary>Waits until it has ended and all its output was read.</summary>
    public async Task WaitForEndAsync(TimeSpan deadline)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(deadline);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
            await _reading.WaitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)} "
                + $"did not end within {deadline.TotalSeconds} s; it printed:\n{Output}");
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader reader, Action<string>? onLine)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_lines)
            {
                _lines.Add(line);
            }
            onLine?.Invoke(line);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int kill(int process, int signal);
}
