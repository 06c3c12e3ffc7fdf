using System.Globalization;

namespace EdgePbx.Core;

/// <summary>Puts the figures of both legs together: what each person heard depends on both ways.</summary>
public static class CallQuality
{
    /// <summary>Below it most people complain (G.107 annex B: "some users dissatisfied" ends here).</summary>
    public const double PoorScore = 3.6;

    private const double PoorLoss = 0.03;
    private const double PoorJitterMs = 50;
    private const double PoorRoundTripMs = 600;

    // in packets of 20 ms: within less, a phone may not have begun to send
    private const int TwoSeconds = 100;

    // some phones open their way with a packet or two that mean nothing
    private const int RefusedByChance = 2;

    // what a phone adds by itself: one packet of 20 ms is filled before it is sent, and the listener waits for late ones
    private const double PacketMs = 20;

    /// <summary>The media of one leg.</summary>
    /// <param name="own">What arrived from its phone, and what that phone told.</param>
    /// <param name="other">The same of the other leg.</param>
    /// <param name="codec">Of the call.</param>
    public static MediaRecord Of(in MediaReport own, in MediaReport other, string codec)
    {
        RtpStreamReport sent = own.Received;
        RtpStreamReport heard = other.Received;
        double loss = heard.LossRatio;
        // a report that speaks of another stream, or can't be read since it is SRTCP, tells nothing
        if (own.Heard is { CumulativeLost: > 0 } told && told.Ssrc == heard.Ssrc && heard.Received + heard.Lost > 0)
        {
            loss = Math.Max(loss, Math.Min(1, (double)told.CumulativeLost / (heard.Received + heard.Lost)));
        }
        double trips = (own.RoundTrip?.TotalMilliseconds ?? 0) + (other.RoundTrip?.TotalMilliseconds ?? 0);
        double delay = (trips / 2) + PacketMs + (2 * heard.Jitter.TotalMilliseconds);
        return new MediaRecord
        {
            Received = sent.Received,
            Lost = sent.Lost,
            Reordered = sent.Reordered,
            Duplicated = sent.Duplicated,
            SourceChanges = sent.SourceChanges,
            JitterMs = Rounded(sent.MaxJitter.TotalMilliseconds),
            LargestGapMs = Rounded(sent.LargestGap.TotalMilliseconds),
            SilenceMs = Rounded(sent.Silence.TotalMilliseconds),
            Foreign = own.Foreign,
            ForeignType = own.Foreign > 0 ? own.ForeignType : null,
            Refused = own.Refused,
            RoundTripMs = own.RoundTrip is { } trip ? Rounded(trip.TotalMilliseconds) : null,
            HeardLossRatio = Math.Round(loss, 4),
            Score = heard.Received == 0 ? null : Math.Round(EModel.Score(CodecImpairment.Of(codec), loss, TimeSpan.FromMilliseconds(delay)), 2),
        };
    }

    /// <summary>What was wrong for one listener, in words.</summary>
    /// <param name="listener">His number.</param>
    /// <param name="own">The media of his leg.</param>
    /// <param name="other">Of the other one.</param>
    /// <param name="otherHadToSend">The other phone should have been heard at any time: it was agreed, and the call was answered.</param>
    public static IEnumerable<string> Complaints(string listener, MediaRecord own, MediaRecord other, bool otherHadToSend)
    {
        if (other.Refused > other.Received + RefusedByChance)
        {
            yield return $"{listener} was not passed {other.Refused} packets of the other phone: they are no RTP, or came from another port than it had said";
        }
        if (own.Score is null)
        {
            if (otherHadToSend && own.Received >= TwoSeconds)
            {
                yield return $"{listener} heard nothing (one-way audio)";
            }
            yield break;
        }

        if (own.HeardLossRatio >= PoorLoss)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{listener} missed {100 * own.HeardLossRatio:0.#} % of the packets");
        }
        if (other.JitterMs >= PoorJitterMs)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{listener} heard a stream with a jitter of {other.JitterMs:0} ms");
        }
        if (other.Foreign >= TwoSeconds) // after a renegotiation some of the old ones are still under way
        {
            yield return $"{listener} was sent {other.Foreign} packets of payload type {other.ForeignType}, which was not agreed on (wrong codec)";
        }
        if (own.RoundTripMs >= PoorRoundTripMs)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{listener} is {own.RoundTripMs:0} ms away");
        }
    }

    /// <summary>"4.4", or "nothing".</summary>
    public static string Word(double? score) => score?.ToString("0.0", CultureInfo.InvariantCulture) ?? "nothing";

    private static double Rounded(double value) => Math.Round(value, 1);
}
