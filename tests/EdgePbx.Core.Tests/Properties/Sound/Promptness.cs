namespace EdgePbx.Core.Tests;

/// <summary>
/// What a recorder can know of one phone's way: how late the promptest packet was that it had seen when it wrote. By so much, and no
/// more, what was said may be too late in the file.
/// </summary>
internal sealed class Promptness
{
    /// <summary>Packets may come so much later than their moment and still be looked at: the recorder's window.</summary>
    private const double Ahead = 0.25;

    /// <summary>So long the shortest way is remembered at least,</summary>
    private const double Behind = 1.5;

    /// <summary>and for so long a place that was found too late is corrected, an eighth of a millisecond at a time.</summary>
    private const double Corrected = 5;

    private readonly List<(double Spoken, double Late)> _known = [];

    public Promptness(List<TalkingPhone.Packet> packets)
    {
        List<TalkingPhone.Packet> bySpoken = [.. packets.OrderBy(packet => packet.Spoken)];
        var promptest = new double[bySpoken.Count];
        for (int i = 0; i < promptest.Length; i++)
        {
            TalkingPhone.Packet own = bySpoken[i];
            double place = own.Spoken + TalkingPhone.Delay;
            promptest[i] = own.Late;
            for (int j = Back(i, Behind); j < promptest.Length && bySpoken[j].Spoken <= place + Ahead; j++)
            {
                bool isKnown = bySpoken[j].Run == own.Run && bySpoken[j].Arrival >= place - Behind && bySpoken[j].Arrival <= place + Ahead;
                promptest[i] = isKnown ? Math.Min(promptest[i], bySpoken[j].Late) : promptest[i];
            }
            double worst = 0;
            for (int j = Back(i, Corrected); j <= i; j++)
            {
                worst = bySpoken[j].Run == own.Run ? Math.Max(worst, promptest[j]) : worst;
            }
            _known.Add((own.Spoken, worst));
        }

        int Back(int from, double seconds)
        {
            int at = from;
            while (at > 0 && bySpoken[at - 1].Spoken >= bySpoken[from].Spoken - seconds)
            {
                at--;
            }
            return at;
        }
    }

    /// <summary>Of what was spoken about then, in seconds.</summary>
    public double LateAt(double spoken)
    {
        int at = _known.BinarySearch((spoken - 0.05, 0));
        double worst = 0;
        for (at = at < 0 ? ~at : at; at < _known.Count && _known[at].Spoken <= spoken + 0.05; at++)
        {
            worst = Math.Max(worst, _known[at].Late);
        }
        return worst;
    }
}
