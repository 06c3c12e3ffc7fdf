using System.Security.Cryptography;
using EdgePbx.Core;
using Microsoft.Extensions.Logging;

namespace EdgePbx;

/// <summary>The configuration of the PBX under test: in memory only, loopback only, two extensions with random secrets.</summary>
internal static class SelfTestConfig
{
    private const int MediaPorts = 64;

    // below the ports that Linux gives to programs that don't care which they get
    private const int FirstMediaPort = 16384;
    private const int LastMediaPort = 32768;

    public static PbxConfig Create((ushort First, ushort Last)? mediaPorts)
    {
        (ushort first, ushort last) = mediaPorts ?? SomePorts();
        TimeSpan interval = TimeSpan.FromSeconds(BuiltInPhone.SessionSeconds);
        return new PbxConfig
        {
            Sip = new SipSection(
                [new ListenUrl(SipTransport.Udp, new NetEndpoint(NetAddress.LoopbackV4, 0))], "edgepbx", default, TimeSpan.FromSeconds(60)),
            SessionTimer = new SessionTimerSection(interval, interval, interval, IsLab: false),
            Media = new MediaSection(first, last, default, MaxCalls: 2),
            Log = new LogSection(LogFormat.Text, LogLevel.Information),
            Status = new StatusSection(""),
            Records = new RecordsSection(IsOn: false, "", 0, 0),
            Recording = new RecordingSection(RecordMode.Never, "", "", 0, null),
            Extensions = [Extension("101"), Extension("102")],
        };
    }

    private static (ushort First, ushort Last) SomePorts()
    {
        int first = 2 * RandomNumberGenerator.GetInt32(FirstMediaPort / 2, (LastMediaPort - MediaPorts) / 2);
        return ((ushort)first, (ushort)(first + MediaPorts - 1));
    }

    private static ExtensionSettings Extension(string number) => new(number, "Self-test", RandomNumberGenerator.GetHexString(32));
}
