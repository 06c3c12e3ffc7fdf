namespace EdgePbx.Core.Tests;

/// <summary>Bodies collected elsewhere, where they lie beside the repository: each is read or refused; what is read can be shown.</summary>
[Trait("Clause", "O-07")]
public class SdpCorpusTests
{
    [Fact]
    public void Every_collected_body_is_read_or_refused_with_a_reason()
    {
        foreach (byte[] body in Bodies())
        {
            if (SdpSession.TryParse(body, out SdpSession? session, out string error))
            {
                SdpSession shown = Descriptions.Reparse(Descriptions.NewFace().Compose(session!, Descriptions.Ours, Ports(session!)));
                Assert.Equal(session!.Media.Select(media => media.Type), shown.Media.Select(media => media.Type));
            }
            else
            {
                Assert.NotEmpty(error);
            }
        }
    }

    [Fact]
    public void The_descriptions_among_them_that_are_sound_are_read()
    {
        foreach (byte[] body in Bodies("sdp-pjsip-fuzz"))
        {
            Assert.True(SdpSession.TryParse(body, out _, out string error), error);
        }
    }

    private static ushort[] Ports(SdpSession session) => [.. session.Media.Select((_, i) => (ushort)(20000 + (2 * i)))];

    /// <summary>Whole files of all kinds, and what stands below the blank line of those that are messages.</summary>
    private static IEnumerable<byte[]> Bodies(string folder = "")
    {
        DirectoryInfo? place = new(AppContext.BaseDirectory);
        while (place is not null && !Directory.Exists(Path.Combine(place.FullName, "shared", "corpus")))
        {
            place = place.Parent;
        }
        if (place is null)
        {
            yield break;
        }
        string root = Path.Combine(place.FullName, "shared", "corpus", folder);
        foreach (string file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            byte[] bytes = File.ReadAllBytes(file);
            yield return bytes;
            int blank = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
            if (blank >= 0)
            {
                yield return bytes[(blank + 4)..];
            }
        }
    }
}
