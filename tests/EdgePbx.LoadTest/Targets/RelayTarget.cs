using System.Diagnostics;
using EdgePbx.Core;

namespace EdgePbx.LoadTest;

/// <summary>A relay in a process of its own, with the calls of one run.</summary>
internal abstract class RelayTarget : IDisposable
{
    protected static readonly NetAddress Address = NetAddress.FromV4(127, 0, 0, 4);

    private Process? _process;

    public abstract string Name { get; }

    /// <summary>Starts the process and sets up the calls; where each phone has to send to is told to the load.</summary>
    public abstract void Start(int calls, VoiceLoad load);

    /// <summary>To be called again and again, at least every 20 ms.</summary>
    /// <param name="callsPerSecond">So many short calls come and go meanwhile; 0: none.</param>
    public virtual void Turn(int callsPerSecond) => Thread.Sleep(5);

    /// <summary>What came of the short calls, in words; empty if nothing is to be said.</summary>
    public virtual string Churn => "";

    /// <summary>The measured stretch begins.</summary>
    public virtual void BeginStretch()
    {
    }

    /// <summary>What it says of itself about the measured stretch, in words; empty if nothing.</summary>
    public virtual string EndStretch() => "";

    /// <summary>What its relaying has taken.</summary>
    public TimeSpan Cpu => ThreadCpu.Of(_process!.Id, RelayThread);

    /// <summary>The thread that relays; empty: all of them do.</summary>
    protected virtual string RelayThread => "";

    /// <summary>In bytes.</summary>
    public long ResidentMemory
    {
        get
        {
            string line = File.ReadLines($"/proc/{_process!.Id}/status").First(text => text.StartsWith("VmRSS", StringComparison.Ordinal));
            return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    public virtual void Dispose()
    {
        GC.SuppressFinalize(this);
        if (_process is { HasExited: false })
        {
            _process.Kill();
            _process.WaitForExit();
        }
        _process?.Dispose();
    }

    /// <summary>Starts the process; back when it has written a line with this word.</summary>
    protected void Launch(string program, IEnumerable<string> arguments, string readyWord, string? folder = null)
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        _process = new Process { StartInfo = start };
        var said = new Queue<string>();
        void Read(string? line)
        {
            lock (said)
            {
                if (said.Count < 20 && line is not null)
                {
                    said.Enqueue(line);
                }
            }
            if (line?.Contains(readyWord, StringComparison.Ordinal) == true)
            {
                _ = ready.TrySetResult();
            }
        }
        _process.OutputDataReceived += (_, e) => Read(e.Data);
        _process.ErrorDataReceived += (_, e) => Read(e.Data);
        _ = _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        if (!ready.Task.Wait(TimeSpan.FromSeconds(20)))
        {
            throw new InvalidOperationException($"{Name} does not get ready: {string.Join('\n', said)}");
        }
    }
}
