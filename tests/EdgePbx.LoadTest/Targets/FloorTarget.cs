using System.Globalization;
using EdgePbx.Core;

namespace EdgePbx.LoadTest;

/// <summary>The least relay, floor.c: its cost is what the kernel takes.</summary>
internal sealed class FloorTarget(string program) : RelayTarget
{
    private const int FirstPort = 22000;

    public override string Name => "floor (C, epoll)";

    public override void Start(int calls, VoiceLoad load)
    {
        (NetEndpoint caller, NetEndpoint callee) = (load.MediaOf(0, 0), load.MediaOf(0, 1));
        object[] arguments = [Address, FirstPort, calls, caller.Address, callee.Address, caller.Port, VoiceLoad.SocketsPerSide];
        Launch(program, arguments.Select(a => Convert.ToString(a, CultureInfo.InvariantCulture)!), "ready");
        for (int call = 0; call < calls; call++)
        {
            load.Aim(call, 0, new NetEndpoint(Address, (ushort)(FirstPort + (2 * call))));
            load.Aim(call, 1, new NetEndpoint(Address, (ushort)(FirstPort + (2 * call) + 1)));
        }
    }
}
