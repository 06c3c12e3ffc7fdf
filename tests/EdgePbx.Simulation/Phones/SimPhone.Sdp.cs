using System.Text;

namespace EdgePbx.Simulation;

// session descriptions
internal sealed partial class SimPhone
{
    private static readonly string LongText = new('x', 400);

    /// <summary>A new description; <paramref name="changes"/>: another version.</summary>
    private string Offer(Dialog dialog, bool changes)
    {
        dialog.SdpVersion += changes ? 1 : 0;
        var text = new StringBuilder(Head(dialog), 512).Append(Audio(dialog));
        for (int i = 1; i < dialog.MediaLines; i++)
        {
            _ = text.Append("m=video ").Append(dialog.MediaPort + (2 * i)).Append(" RTP/AVP 99\r\na=rtpmap:99 H264/90000\r\n");
        }
        if (_isTalkative)
        {
            _ = text.Append("a=x-one:").Append(LongText).Append("\r\na=x-two:").Append(LongText).Append("\r\n");
        }
        return text.ToString();
    }

    /// <summary>The answer to an offer: its lines, in its order.</summary>
    private string Answer(Dialog dialog, string offer)
    {
        dialog.SdpVersion++;
        var text = new StringBuilder(Head(dialog), 512);
        bool hasAudio = false;
        for (int at = offer.IndexOf("m=", StringComparison.Ordinal); at >= 0; at = offer.IndexOf("\r\nm=", at, StringComparison.Ordinal))
        {
            at += offer[at] == '\r' ? 2 : 0;
            int end = offer.IndexOf("\r\n", at, StringComparison.Ordinal);
            string line = end < 0 ? offer[at..] : offer[at..end];
            string[] words = line.Split(' ');
            if (line.StartsWith("m=audio", StringComparison.Ordinal) && !hasAudio && words[1] != "0")
            {
                hasAudio = true;
                _ = text.Append(Audio(dialog, offer));
            }
            else
            {
                words[1] = "0";
                _ = text.Append(string.Join(' ', words)).Append("\r\n");
            }
        }
        return text.ToString();
    }

    private string Head(Dialog dialog) =>
        $"v=0\r\no=- {7000 + Index} {dialog.SdpVersion} IN IP4 {At.Address}\r\ns=-\r\nc=IN IP4 {At.Address}\r\nt=0 0\r\n";

    private static string Audio(Dialog dialog, string offer = "")
    {
        string direction = offer.Contains("a=sendonly", StringComparison.Ordinal) ? "recvonly" : offer.Contains("a=inactive", StringComparison.Ordinal) ? "inactive" : dialog.Direction;
        return $"m=audio {dialog.MediaPort} RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\na={direction}\r\n";
    }
}
