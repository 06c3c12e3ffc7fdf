using System.Text;

namespace EdgePbx.Core.Tests;

/// <summary>Whatever bytes a description is made of, it is read, and can be shown again, or it is refused with a reason.</summary>
internal static class AnyDescription
{
    internal static void IsReadOrRefused(byte[] body)
    {
        if (SdpSession.TryParse(body, out SdpSession? session, out string error))
        {
            Assert.True(session!.HasSameMeaningAs(session));
            ReadOnlyMemory<byte> shown = Descriptions.NewFace().Compose(session, Descriptions.Ours, [20000, 20002]);
            Assert.True(SdpSession.TryParse(shown.Span, out _, out error), $"{error} in {Encoding.Latin1.GetString(shown.Span)}");
        }
        else
        {
            Assert.NotEmpty(error);
        }
    }
}
