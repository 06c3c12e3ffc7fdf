namespace EdgePbx.Core;

/// <summary>The rules of RFC 3264 that look at an offer and its answer together.</summary>
public static class OfferAnswer
{
    /// <summary>
    /// Pairs the formats of an answer with those of its offer by codec (name, clock, channels), else by number, so that each
    /// end keeps its own numbers and names (RFC 3264 6.1). Null: they are the same, nothing to map.
    /// </summary>
    public static PayloadRenumbering? Match(SdpMedia offer, SdpMedia answer)
    {
        if (!offer.IsRtp || !answer.IsRtp)
        {
            return null;
        }
        if (HasSameNumbersAndNames(offer, answer))
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
        foreach (string format in later)
        {
            if (open.Contains(format) && HasOnlyNumber(offer, answer, format) && open.Remove(format))
            {
                pairs.Add((format, format));
            }
        }
        return new PayloadRenumbering(pairs, offer, answer) is { ChangesNothing: false } renumbering ? renumbering : null;
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
                if (AreSame(offer, offer.Formats[i], answer, answer.Formats[j])
                    || (offer.Formats[i] == answer.Formats[j] && HasOnlyNumber(offer, answer, answer.Formats[j])))
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

    /// <summary>
    /// No more media lines than the offer, of the same types in the same order (RFC 3264 6). Lines that are missing at the end
    /// are a fault that phones live with: they are refused ones.
    /// </summary>
    /// <param name="offer">As the answerer was shown it, which may have more refused lines than the offerer wrote.</param>
    /// <param name="answer">As the answerer wrote it.</param>
    /// <param name="why">Plain words for a log; empty when true is returned.</param>
    public static bool IsAcceptableAnswer(SdpSession offer, SdpSession answer, out string why)
    {
        if (offer.Media.Count < answer.Media.Count || (answer.Media.Count == 0 && offer.Media.Count > 0))
        {
            why = $"{offer.Media.Count} media lines offered, {answer.Media.Count} answered";
            return false;
        }
        for (int i = 0; i < answer.Media.Count; i++)
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

    // each format of the answer stands in the offer, for the same codec under the same name
    private static bool HasSameNumbersAndNames(SdpMedia offer, SdpMedia answer)
    {
        for (int i = 0; i < answer.Formats.Count; i++)
        {
            string format = answer.Formats[i];
            if (!offer.Formats.Contains(format) || !AreSame(offer, format, answer, format)
                || (answer.DescriptionOf(format) is { } description && !RtpCodec.AreWrittenAlike(offer.CodecName(format), description)))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>A number of the offer under a name that says nothing here: it is the offered format, since an answer has no other (RFC 3264 6.1).</summary>
    private static bool HasOnlyNumber(SdpMedia offer, SdpMedia answer, string format) =>
        RtpCodec.MayBeSame(offer.CodecName(format), answer.CodecName(format))
        && !offer.Formats.Any(offered => AreSame(offer, offered, answer, format));

    private static bool AreSame(SdpMedia offer, string offered, SdpMedia answer, string answered) =>
        RtpCodec.AreSame(offer.CodecName(offered), answer.CodecName(answered));
}
