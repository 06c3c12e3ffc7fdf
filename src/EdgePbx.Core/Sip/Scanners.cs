namespace EdgePbx.Core;

/// <summary>
/// Programs that look for exchanges to break into and say so by their default names. They get no answer at all. It keeps nobody out,
/// since a name is one option to change; it only keeps the many who don't change it out of the log.
/// </summary>
internal static class Scanners
{
    public static bool IsOne(SipMessage request)
    {
        ReadOnlySpan<byte> agent = request.First(HeaderName.UserAgent);
        return agent.StartsWith("friendly-scanner"u8) || agent.StartsWith("sipvicious"u8) || agent.StartsWith("sipcli"u8)
            || agent.StartsWith("VaxSIPUserAgent"u8) || agent.StartsWith("pplsip"u8);
    }
}
