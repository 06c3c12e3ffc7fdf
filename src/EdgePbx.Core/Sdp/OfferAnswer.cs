namespace EdgePbx.Core;

/// <summary>The rules of RFC 3264 that look at an offer and its answer together.</summary>
public static class OfferAnswer
{
    /// <summary>
    /// Pairs the formats of an answer with those of its offer by codec (name, clock, channels), so that each end keeps
    /// its own numbers (RFC 3264 6.1). Null: the numbers are the same, nothing to map.
    /// </summary>
    public static PayloadRenumbering? Match(SdpMedia offer, SdpMedia answer)
    {
        if (!offer.IsRtp || !answer.IsRtp)
        {
            return null;
        }
        if (HasSameNumbers(offer, answer))
        {
            return null; // nearly always
        }
        var open = offer.Formats.ToList();
        var pairs = new List<(string Offer, string Answer)>();
        var later = new List<string>();
        foreach (string format in answer.Formats.Distinct(StringComparer.Ordinal))
        {
            if (open.Contains(format) && AreSame(offer, format, answer, format))
            {
                pairs.Add((format, format));
                _ = open.Remove(format);
            }
            else
            {
                later.Add(format);
            }
        }
        foreach (string format in later)
        {
            List<string> candidates = open.FindAll(offered => AreSame(offer, offered, answer, format));
            if (candidates.Count > 0)
            {
                string parameters = answer.FormatParameters(format);
                string chosen = candidates.Find(offered => offer.FormatParameters(offered) == parameters) ?? candidates[0];
                pairs.Add((chosen, format));
                _ = open.Remove(chosen);
            }
        }
        return pairs.TrueForAll(pair => pair.Offer == pair.Answer) ? null : new PayloadRenumbering(pairs, offer, answer);
    }

    /// <summary>
    /// True when the answer names a format of the offer (RFC 3264 6.1). Key presses and comfort noise count only where
    /// the offer has nothing else.
    /// </summary>
    public static bool HasCommonFormat(SdpMedia offer, SdpMedia answer)
    {
        if (!offer.IsRtp || !answer.IsRtp)
        {
            return offer.Formats.Intersect(answer.Formats, StringComparer.OrdinalIgnoreCase).Any();
        }
        bool isAnyCommon = false;
        bool hasOnlyCompanions = true;
        for (int i = 0; i < offer.Formats.Count; i++)
        {
            bool isCompanion = RtpCodec.IsCompanion(offer.CodecName(offer.Formats[i]));
            hasOnlyCompanions &= isCompanion;
            for (int j = 0; j < answer.Formats.Count; j++)
            {
                if (AreSame(offer, offer.Formats[i], answer, answer.Formats[j]))
                {
                    if (!isCompanion)
                    {
                        return true;
                    }
                    isAnyCommon = true;
                    break;
                }
            }
        }
        return hasOnlyCompanions && isAnyCommon;
    }

    /// <summary>As many media lines as the offer, of the same types in the same order (RFC 3264 6).</summary>
    /// <param name="offer">As the answerer was shown it, which may have more refused lines than the offerer wrote.</param>
    /// <param name="answer">As the answerer wrote it.</param>
    /// <param name="why">Plain words for a log; empty when true is returned.</param>
    public static bool IsAcceptableAnswer(SdpSession offer, SdpSession answer, out string why)
    {
        if (offer.Media.Count != answer.Media.Count)
        {
            why = $"{offer.Media.Count} media lines offered, {answer.Media.Count} answered";
            return false;
        }
        for (int i = 0; i < offer.Media.Count; i++)
        {
            if (!string.Equals(offer.Media[i].Type, answer.Media[i].Type, StringComparison.OrdinalIgnoreCase))
            {
                why = $"media line {i + 1}: {offer.Media[i].Type} offered, {answer.Media[i].Type} answered";
                return false;
            }
        }
        why = "";
        return true;
    }

    // each format of the answer stands in the offer, for the same codec
    private static bool HasSameNumbers(SdpMedia offer, SdpMedia answer)
    {
        for (int i = 0; i < answer.Formats.Count; i++)
        {
            string format = answer.Formats[i];
            if (!offer.Formats.Contains(format) || !AreSame(offer, format, answer, format))
            {
                return false;
            }
        }
        return true;
    }

    private static bool AreSame(SdpMedia offer, string offered, SdpMedia answer, string answered) =>
        RtpCodec.AreSame(offer.CodecName(offered), answer.CodecName(answered));
}
