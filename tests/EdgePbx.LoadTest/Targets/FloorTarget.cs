using System.Globalization;
using EdgePbx.Core;

namespace EdgePbx.LoadTest;

/// <summary>The least relay, floor.c: its cost is what the kernel takes.</summary>
/// <param name="program">The compiled floor.c.</param>
/// <param name="isRealTime">With the priority that EdgePbx asks for: a thread that goes before others is woken for each packet, one that waits its turn finds several.</param>
internal sealed class FloorTarget(string program, bool isRealTime) : RelayTarget
{
    private const int FirstPort = 22000;

    public override string Name => isRealTime ? "floor, real-time" : "floor (C, epoll)";

    public override void Start(int calls, VoiceLoad load)
    {
        (NetEndpoint caller, NetEndpoint callee) = (load.MediaOf(0, 0), load.MediaOf(0, 1));
        object[] arguments = [Address, FirstPort, calls, caller.Address, callee.Address, caller.Port, VoiceLoad.SocketsPerSide];
        IEnumerable<string> words = arguments.Select(a => Convert.ToString(a, CultureInfo.InvariantCulture)!);
        Launch(isRealTime ? "chrt" : program, isRealTime ? ["-f", "10", program, .. words] : words, "ready");
        for (int call = 0; call < calls; call++)
        {
            load.Aim(call, 0, new NetEndpoint(Address, (ushort)(FirstPort + (2 * call))));
            load.Aim(call, 1, new NetEndpoint(Address, (ushort)(FirstPort + (2 * call) + 1)));
        }
    }
}
