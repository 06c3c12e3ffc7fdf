using EdgePbx.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgePbx;

/// <summary>One step of the measurement.</summary>
/// <param name="Calls">At once, both phones speaking.</param>
/// <param name="Share">Of one processor, that the relay thread took: 0 to 1.</param>
/// <param name="Voices">What came of the packets.</param>
/// <param name="Allocated">Bytes that the relay thread took from the managed heap in the stretch and around it.</param>
internal sealed record RelayStep(int Calls, double Share, VoiceFigures Voices, long Allocated);

/// <summary>What the measurement says of this board.</summary>
/// <param name="Calls">That it carries.</param>
/// <param name="Io">How packets go to the kernel.</param>
/// <param name="Scheduling">Of the relay thread.</param>
/// <param name="Steps">At least one.</param>
internal sealed record RelayVerdict(int Calls, string Io, string Scheduling, IReadOnlyList<RelayStep> Steps)
{
    /// <summary>What ended it was not the relay: the machine did not even speak in time.</summary>
    public bool IsOfBusyMachine => RelayBench.IsOfBusyMachine(Steps[^1]);
}

/// <summary>Measures on this very board what its relay carries: the relay of the product, with real packets on loopback.</summary>
internal static class RelayBench
{
    /// <summary>The part of a processor that the relay may take before it counts as full: packets come in bursts, and the box has more to do.</summary>
    public const double FullShare = 0.6;

    // beyond this the next step would say nothing that can't be told from this one
    private const double EnoughShare = 0.25;

    private const int MostRepeats = 2;

    private const ushort FirstPort = 16384;
    private const ushort LastPort = 20479;
    private const int MostCalls = (LastPort - FirstPort + 1) / PortsPerCall;
    private const int PortsPerCall = 4;

    /// <summary>Of the sender: beyond this the machine can't even speak so much.</summary>
    private static readonly TimeSpan MostLate = TimeSpan.FromMilliseconds(40);

    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(400);
    private static readonly NetAddress Address = NetAddress.FromV4(127, 0, 0, 4);

    /// <summary>Doubles the calls from 25 on until the relay takes a quarter of a processor, or it becomes too much.</summary>
    /// <param name="most">Calls at most.</param>
    /// <param name="time">Of each step.</param>
    /// <param name="io">How packets go to the kernel.</param>
    /// <param name="tell">Is told each step.</param>
    /// <param name="isUnwanted">True after a step: no other one is made.</param>
    /// <exception cref="ListenException">The system refuses a socket.</exception>
    public static RelayVerdict Measure(int most, TimeSpan time, MediaIoKind io, Action<RelayStep> tell, Func<bool>? isUnwanted = null)
    {
        List<RelayStep> steps = [];
        (string name, string scheduling) = ("", "");
        for (int calls = 25; calls <= Math.Min(most, MostCalls); calls *= 2)
        {
            RelayStep step = MeasureOne(calls, time, io, ref name, ref scheduling);
            for (int again = 0; again < MostRepeats && IsOfBusyMachine(step) && isUnwanted?.Invoke() != true; again++)
            {
                step = MeasureOne(calls, time, io, ref name, ref scheduling); // whatever it was busy with may be over
            }
            steps.Add(step);
            tell(step);
            if (IsTooMuch(steps[^1]) || steps[^1].Share >= EnoughShare || isUnwanted?.Invoke() == true)
            {
                break;
            }
        }
        return new RelayVerdict(CallsFor(steps), name, scheduling, steps);
    }

    /// <summary>From the largest step that went well: so many more calls as fill the relay, but never more than twice what was seen. If none went well, half of the smallest.</summary>
    public static int CallsFor(IReadOnlyList<RelayStep> steps) =>
        steps.LastOrDefault(step => !IsTooMuch(step)) is { } best
            ? (int)Math.Min(2L * best.Calls, (long)(best.Calls * FullShare / Math.Max(best.Share, 0.001)))
            : steps[0].Calls / 2;

    /// <summary>Nothing is wrong with the relay, and the phones of the measurement were late.</summary>
    public static bool IsOfBusyMachine(RelayStep step) => !IsTooMuchForRelay(step) && step.Voices.SenderLate > MostLate;

    private static bool IsTooMuch(RelayStep step) => IsTooMuchForRelay(step) || step.Voices.SenderLate > MostLate;

    private static bool IsTooMuchForRelay(RelayStep step) => step.Voices.Lost != 0 || step.Voices.LostOutside != 0 || step.Share >= FullShare;

    private static RelayStep MeasureOne(int calls, TimeSpan time, MediaIoKind io, ref string name, ref string scheduling)
    {
        using var relay = new MediaRelay(new PortRange(FirstPort, LastPort), 2 * MostCalls, NullLogger.Instance, () => { }, io: io);
        using var load = new VoiceLoad(calls);
        relay.Start();
        (name, scheduling) = (relay.IoName, relay.Scheduling);
        for (int call = 0; call < calls; call++)
        {
            Connect(relay, load, call);
        }
        load.Start();
        load.Speak(WarmUp, Pause, isMeasured: false);
        (TimeSpan cpuBefore, long before) = (ThreadCpu.OfOwn(relay.ThreadNumber), relay.AllocatedBytes);
        load.Speak(time, Pause);
        TimeSpan cpu = ThreadCpu.OfOwn(relay.ThreadNumber) - cpuBefore;
        long allocated = relay.AllocatedBytes - before;
        return new RelayStep(calls, cpu / time, load.Stop(time), allocated);

        void Pause()
        {
            Thread.Sleep(20);
            while (relay.TryTakeReport(out _))
            {
                // nobody here wants to know
            }
        }
    }

    private static void Connect(MediaRelay relay, VoiceLoad load, int call)
    {
        Span<RelayKey> keys = [new((ushort)(2 * call), 1), new((ushort)((2 * call) + 1), 1)];
        for (int side = 0; side < 2; side++)
        {
            if (!relay.Ports.TryOpen(keys[side], Address, out ushort port))
            {
                throw new ListenException($"there is no socket for call {call + 1}: are ports {FirstPort} to {LastPort} taken, or too few files allowed?");
            }
            load.Aim(call, side, new NetEndpoint(Address, port));
        }
        for (int side = 0; side < 2; side++)
        {
            NetEndpoint phone = load.MediaOf(call, side);
            relay.Configure(keys[side], new RelaySettings
            {
                RemoteRtp = phone,
                RemoteRtcp = phone with { Port = (ushort)(phone.Port + 1) },
                SignallingSource = phone.Address,
                Sink = keys[1 - side],
                OpensLatch = true,
            });
        }
    }
}
